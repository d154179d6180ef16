import type { z } from "zod";
import { checkBackup } from "../backup/check-backup.ts";
import { checkSize } from "../compute/check-size.ts";
import { checkWindows } from "../database/windows.ts";
import { LONGEST_PREFIX, namesOf } from "../naming/names.ts";
import type { Project } from "../project/schema.ts";
import { checkReplicationRegions } from "../registry/check-replication.ts";
import { checkOperators } from "../traffic/operators.ts";
import type { Environment } from "./configuration.ts";
import { parseArn } from "./fields.ts";
import type { Problem } from "./problem.ts";
import type { environmentSchema } from "./schema.ts";
import { show } from "./show.ts";

type AnyConfig = z.output<typeof environmentSchema>;

/** What one environment file and the project say about each other. */
export function* checkEnvironment(environment: Environment<AnyConfig>, project: Project): Generator<Problem> {
  yield* checkName(environment, project);
  const { config, file } = environment;
  if (config.kind === "bootstrap") {
    yield* checkStateRegion(environment, project);
    return;
  }
  if (config.kind === "traffic") {
    yield* checkOperators({ ...environment, config }, project);
    return;
  }
  const { certificateArn, webAclArn, allowHttp } = config.ingress;
  yield* checkArn(environment, project, "ingress.certificateArn", certificateArn);
  yield* checkArn(environment, project, "ingress.webAclArn", webAclArn);
  // What a standby needs is a matter of its pair.
  if (certificateArn === undefined && !allowHttp && config.kind === "service") {
    const message = "missing; name an issued certificate, or set ingress.allowHttp outside production";
    yield { file, key: "ingress.certificateArn", message };
  }
  if (certificateArn !== undefined && allowHttp) {
    const message = "has no effect beside a certificate, got true; remove one of the two";
    yield { file, key: "ingress.allowHttp", message };
  }
  if (config.network.nat === "none" && !config.network.interfaceEndpoints) {
    const message =
      "tasks could reach neither images nor secrets, got false with nat none; set it to true or choose a NAT";
    yield { file, key: "network.interfaceEndpoints", message };
  }
  for (const problem of checkWindows(config.database)) yield { file, ...problem };
  if (config.kind === "standby") {
    const key = "observability.webhookSecretArn";
    yield* checkArn(environment, project, key, config.observability.webhookSecretArn);
    return;
  }
  for (const problem of checkSize(config.compute)) yield { file, ...problem };
  for (const problem of checkBackup(config.database, environment.region)) yield { file, ...problem };
  for (const problem of checkReplicationRegions(config.registry.replication, environment.region))
    yield { file, ...problem };
}

/** The bucket and the backends that point at it are named after one region. */
function* checkStateRegion({ file, region }: Environment<unknown>, project: Project): Generator<Problem> {
  const { primary } = project.regions;
  if (region === primary) return;
  yield {
    file,
    key: "region",
    message: `state lives in the project's primary region ${primary}, got ${region}; remove the key`,
  };
}

/** Names of the state bucket, its key and its plans would collide with the first two; CDKTF can hold no stack of the last name. */
const RESERVED: readonly string[] = ["tfstate", "plan", "constructor"];

function* checkName({ name, file, config }: Environment<AnyConfig>, project: Project): Generator<Problem> {
  const { prefix } = namesOf(project, name, "");
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || RESERVED.includes(name)) {
    const message = `file name does not name an environment, got ${show(name)}; use lower-case letters, digits and hyphens, and none of ${RESERVED.join(", ")}`;
    yield { file, key: "", message };
  } else if (/-\d+e\d{3}/.test(prefix)) {
    const message = `name holds what CDKTF reads as a number, got "${prefix}"; rename the file or the project`;
    yield { file, key: "", message };
  } else if (prefix.length > LONGEST_PREFIX && config.kind !== "bootstrap") {
    const message = `name is longer than ${LONGEST_PREFIX} characters, got "${prefix}" with ${prefix.length}; shorten the project's name or rename the file`;
    yield { file, key: "", message };
  }
}

function* checkArn(
  { file, region }: Environment<unknown>,
  project: Project,
  key: string,
  value: string | undefined,
): Generator<Problem> {
  const arn = value === undefined ? undefined : parseArn(value);
  if (arn === undefined) return;
  if (arn.region !== region) {
    yield { file, key, message: `is in another region, got ${arn.region}; name one in ${region}` };
  }
  if (arn.accountId !== project.accountId) {
    yield {
      file,
      key,
      message: `belongs to another account, got ${arn.accountId}; name one of ${project.accountId}`,
    };
  }
}
