import { overlapCidr } from "cidr-tools";
import { checkRecovery } from "../backup/check-recovery.ts";
import { factsOf } from "../compute/facts.ts";
import { environmentProblem } from "../compute/fields.ts";
import { checkParameters } from "../database/check-pair.ts";
import type { Pair } from "./configuration.ts";
import type { Problem } from "./problem.ts";

/** What a primary and its standby say about each other. */
export function* checkPair(pair: Pair): Generator<Problem> {
  const { primary, standby } = pair;
  const { file } = standby;
  const [mine, theirs] = [standby.config, primary.config];
  if (primary.region === standby.region) {
    const message = `is the region of ${primary.name}, got ${standby.region}; choose another region`;
    yield { file, key: "region", message };
  }
  if (overlapCidr(mine.network.cidr, theirs.network.cidr)) {
    const message = `overlaps ${primary.name}'s ${theirs.network.cidr}, got ${mine.network.cidr}; choose a separate range`;
    yield { file, key: "network.cidr", message };
  }
  const equals: readonly (readonly [key: string, mine: string | number, theirs: string | number])[] = [
    ["compute.platform", mine.compute.platform, theirs.compute.platform],
    ["compute.container.port", mine.compute.container.port, theirs.compute.container.port],
    ["ingress.healthCheck.path", mine.ingress.healthCheck.path, theirs.ingress.healthCheck.path],
    ["database.engineVersion", mine.database.engineVersion, theirs.database.engineVersion],
  ];
  for (const [key, got, wanted] of equals) {
    if (got === wanted) continue;
    const message = `differs from ${primary.name}'s ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}; make them equal`;
    yield { file, key, message };
  }
  if (mine.database.storageGiB < theirs.database.storageGiB) {
    const message = `is below ${primary.name}'s, got ${mine.database.storageGiB}; give it at least ${theirs.database.storageGiB}`;
    yield { file, key: "database.storageGiB", message };
  }
  if (mine.registry.keepImages < theirs.registry.keepImages) {
    const message = `is below ${primary.name}'s, got ${mine.registry.keepImages}; give it at least ${theirs.registry.keepImages}, or the standby deletes images that ${primary.name} still runs (T57)`;
    yield { file, key: "registry.keepImages", message };
  }
  if (mine.ingress.certificateArn === undefined) {
    const key = "ingress.certificateArn";
    if (theirs.ingress.certificateArn !== undefined) {
      const message = `missing, while ${primary.name} serves HTTPS; issue a certificate in ${standby.region} now, since an incident is too late (T14)`;
      yield { file, key, message };
    } else if (!mine.ingress.allowHttp) {
      yield {
        file,
        key,
        message: `missing; name an issued certificate, or set ingress.allowHttp as ${primary.name} does`,
      };
    }
  }
  if (mine.ingress.userNames.length > 0) {
    const message = `belongs to ${primary.name}, whose users come to ${standby.name} by the same names, got ${mine.ingress.userNames.join(", ")}; move it to ${primary.file}`;
    yield { file, key: "ingress.userNames", message };
  }
  const paired = factsOf(theirs.compute).pairedWith(mine.compute);
  for (const finding of paired?.problems() ?? []) yield { file, ...finding };
  for (const finding of checkParameters(theirs.database, mine.database)) yield { file, ...finding };
  const together = environmentProblem({
    ...theirs.compute.container.environment,
    ...mine.compute.container.environment,
  });
  if (together !== undefined)
    yield { file, key: "compute.container.environment", message: `with ${primary.name}'s ${together}` };
  yield* checkReadyIngress(pair);
  yield* checkRecovery(pair);
}

/** What an activation can't bring along, since it would change a bucket (T33), or leave production less guarded (T45). */
function* checkReadyIngress({ primary, standby }: Pair): Generator<Problem> {
  const { file } = standby;
  const [mine, theirs] = [standby.config.ingress, primary.config.ingress];
  if (theirs.accessLogs.enabled && !mine.accessLogs.enabled) {
    const message = `is off while ${primary.name}'s is on, got false; set it to true, since an activation must not create a bucket (T33)`;
    yield { file, key: "ingress.accessLogs.enabled", message };
  }
  if (theirs.webAclArn !== undefined && mine.webAclArn === undefined) {
    const message = `missing, while ${primary.name} is behind a web ACL; name one in ${standby.region}, since an incident is too late`;
    yield { file, key: "ingress.webAclArn", message };
  }
}

/** Control planes that AWS runs in one region, by that region (T36). */
const CONTROL_PLANES = new Map([
  ["us-east-1", "IAM, Route 53, CloudFront, Budgets and S3 bucket configuration"],
  ["us-west-2", "Application Recovery Controller and Global Accelerator"],
]);

/** What is allowed in a pair but worth knowing. */
export function* pairWarnings({ primary, standby }: Pair): Generator<string> {
  for (const { file, region } of [primary, standby]) {
    const planes = CONTROL_PLANES.get(region);
    if (planes === undefined) continue;
    yield `${file}: region: ${region} also hosts the control planes of ${planes}; an outage there takes both down`;
  }
}
