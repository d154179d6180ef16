import type { HttpRequest } from "../http.ts";
import type { Proof, Validated } from "./validate.ts";

const TIMEOUT_MS = 10_000;

/** What was asked, and what came of it. */
interface Asked {
  readonly url: string;
  readonly seen: string;
  readonly succeeded: boolean;
  readonly command: string;
}

/** Asks for the health path, and for the deep one that includes the database. */
export async function askService(validated: Validated): Promise<readonly [smoke: Proof, database: Proof]> {
  const { spec, aws, userName } = validated;
  const { path, deepPath } = spec.config.ingress.healthCheck;
  const balancer = await aws.loadBalancer(spec.names.of("alb"));
  if (balancer === undefined) {
    const evidence = `no load balancer ${spec.names.of("alb")} in ${aws.region}`;
    const fails = { outcome: "fails", evidence, remedy: `npx cdktf deploy ${spec.name}` } as const;
    return [
      { id: "smoke", ...fails },
      { id: "database", ...fails },
    ];
  }
  const target = {
    protocol: spec.config.ingress.certificateArn === undefined ? "http" : "https",
    connectTo: balancer.dnsName,
    serverName: userName ?? (await nameOf(validated)) ?? balancer.dnsName,
    timeoutMs: TIMEOUT_MS,
  } as const;
  const [smoke, deep] = await Promise.all([
    askFor({ ...target, path }, validated),
    deepPath === undefined ? undefined : askFor({ ...target, path: deepPath }, validated),
  ]);
  return [proofOf("smoke", smoke), deep === undefined ? unproven(spec.file) : proofOf("database", deep)];
}

/** Users' name, as far as the certificate knows it; a wildcard is no name. */
async function nameOf({ spec, aws }: Validated): Promise<string | undefined> {
  const arn = spec.config.ingress.certificateArn;
  const certificate = arn === undefined ? undefined : await aws.certificate(arn);
  return certificate?.names.find((name) => !name.startsWith("*"));
}

async function askFor(request: HttpRequest, { http }: Validated): Promise<Asked> {
  const { protocol, serverName, connectTo, path } = request;
  const url = `${protocol}://${serverName}${path}`;
  const port = protocol === "https" ? 443 : 80;
  const command = `curl --verbose --connect-to ${serverName}:${port}:${connectTo}:${port} ${url}`;
  const startedAt = performance.now();
  try {
    const { status } = await http.get(request);
    const tookMs = Math.round(performance.now() - startedAt);
    const succeeded = status >= 200 && status < 300;
    return { url, command, succeeded, seen: `answers ${status} in ${tookMs} ms` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { url, command, succeeded: false, seen: reason };
  }
}

const proofOf = (id: Proof["id"], { url, seen, succeeded, command }: Asked): Proof => ({
  id,
  outcome: succeeded ? "holds" : "fails",
  evidence: `${url} ${seen}`,
  remedy: succeeded ? undefined : command,
});

const unproven = (file: string): Proof => ({
  id: "database",
  outcome: "unproven",
  evidence: "no path is known that answers only while the service can use its database",
  remedy: `# name one in ingress.healthCheck.deepPath of ${file}'s primary, and ask for it by hand until then`,
});
