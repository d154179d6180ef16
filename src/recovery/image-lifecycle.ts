import type { RegionalAws } from "../aws/port.ts";
import type { Image } from "../aws/serving.ts";
import type { ServiceSpec } from "../config/spec.ts";
import { quoted } from "./commands.ts";

/** What the lifecycle policy of a repository is about to do to an image that runs, or would run. */
export interface Removal {
  readonly why: string;
  /** In lines that can be pasted. */
  readonly remedy: string;
}

/** Pushes after which somebody has to look again: a team that releases every hour has little time. */
const NEAR = 0.8;

/**
 * Says whether the lifecycle policy removes an image soon: it knows nothing of what runs (T57).
 *
 * @throws AwsFailure
 */
export async function removalOf(
  { config, repositoryName, file, name }: ServiceSpec,
  aws: RegionalAws,
  { digest, tags }: Image,
): Promise<Removal | undefined> {
  const { keepImages, untaggedExpiryDays } = config.registry;
  const where = `${repositoryName} in ${aws.region}`;
  if (tags.length === 0)
    return {
      why: `${digest} has no tag in ${where}, which deletes untagged images after ${untaggedExpiryDays} days`,
      remedy: tagCommand(aws.region, repositoryName, digest),
    };
  const pushed = (await aws.taggedImages(repositoryName))
    .toSorted((a, b) => timeOf(b) - timeOf(a))
    .map((image) => image.digest);
  const newer = pushed.indexOf(digest);
  if (newer < keepImages * NEAR) return undefined;
  return {
    why: `${newer} of the ${keepImages} tagged images that ${where} keeps are newer than ${digest}: ${Math.max(1, keepImages - newer)} more and it is deleted`,
    remedy: `# deploy a newer release, or raise registry.keepImages of ${file}\nnpx cdktf deploy ${name}`,
  };
}

const timeOf = ({ pushedAt }: Image): number => pushedAt?.getTime() ?? 0;

/** A tag of its own, which no push moves. */
function tagCommand(region: string, repository: string, digest: string): string {
  const of = `--region ${region} --repository-name ${quoted(repository)}`;
  const tag = `kept-${digest.slice("sha256:".length, "sha256:".length + 12)}`;
  return `aws ecr put-image ${of} --image-tag ${quoted(tag)} --image-manifest "$(aws ecr batch-get-image ${of} --image-ids imageDigest=${quoted(digest)} --query 'images[0].imageManifest' --output text)"`;
}
