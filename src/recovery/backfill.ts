import type { Subject } from "./subject.ts";

/**
 * The command that copies an image which replication did not: it takes only what is pushed after it was set up (T3).
 *
 * Every platform of the image and its digest stay as they are, so that what runs later is what ran before.
 */
export function backfillCommand({ project, primary, standby }: Subject, reference: string): string {
  const registry = (region: string): string => `${project.accountId}.dkr.ecr.${region}.amazonaws.com`;
  const login = (region: string): string =>
    `aws ecr get-login-password --region ${region} | skopeo login --username AWS --password-stdin ${registry(region)}`;
  const from = `${registry(primary.region)}/${primary.repositoryName}${reference}`;
  const to = `${registry(standby.region)}/${standby.repositoryName}${taggedAs(reference)}`;
  return [
    login(primary.region),
    login(standby.region),
    `skopeo copy --all --preserve-digests docker://${from} docker://${to}`,
  ].join("\n");
}

/** A copy without a tag would expire as an untagged image (T57), and skopeo gives none to a digest: the copy bears one of its own. */
const taggedAs = (reference: string): string =>
  reference.replace(/^@sha256:([0-9a-f]{12})[0-9a-f]*$/, ":backfill-$1");

/** How an image reference ends: by tag, or by digest. */
export const suffixOf = (image: { readonly tag: string } | { readonly digest: string }): string =>
  "tag" in image ? `:${image.tag}` : `@${image.digest}`;
