import type { Pair, Traffic } from "../config/configuration.ts";
import type { Problem } from "../config/problem.ts";
import { isOpenToTheWorld } from "./open-to-the-world.ts";
import { endpointPort } from "./schema.ts";

/** What the traffic file, its pair and its zone say about each other. */
export function* checkTraffic(traffic: Traffic, pair: Pair): Generator<Problem> {
  const { config, file } = traffic;
  const { recordName, zoneName, mode } = config;
  if (recordName !== zoneName && !recordName.endsWith(`.${zoneName}`)) {
    const message = `lies outside the zone ${zoneName}, got ${recordName}; name a record that ends with .${zoneName}`;
    yield { file, key: "recordName", message };
  }
  if (mode.by === "automatic" && mode.reason === undefined) {
    const message = `missing, and ${pair.standby.name} has no database until it is restored (T41); choose mode operator, or say why traffic may move to it by itself`;
    yield { file, key: "mode.reason", message };
  }
  if (config.loadBalancers === undefined) yield* checkOwnLoadBalancers(traffic, pair);
}

/** What holds for the load balancers that the environments of the pair bring. */
function* checkOwnLoadBalancers({ config, file }: Traffic, { primary, standby }: Pair): Generator<Problem> {
  for (const member of [primary, standby]) {
    if (member.config.ingress.certificateArn !== undefined) continue;
    const message = `${member.name} has no certificate, so that its users would meet an error; set ingress.certificateArn in ${member.file}`;
    yield { file, key: "standby", message };
  }
  if (config.dualStack) {
    const message = `the load balancers of ${primary.name} and ${standby.name} speak IPv4 only, got true; remove it, or name loadBalancers of your own`;
    yield { file, key: "dualStack", message };
  }
  const { protocol } = config.healthCheck;
  const port = endpointPort(config);
  if (protocol !== "HTTPS" || port !== 443) {
    const message = `${primary.name} answers HTTPS on 443, and anything else with a redirect or not at all, got ${protocol} on ${port}; remove protocol and port`;
    yield { file, key: "healthCheck.protocol", message };
  }
  if (config.mode.by === "automatic" && !isOpenToTheWorld(primary.config.ingress)) {
    const message = `health checkers can't reach ${primary.name}, so that traffic would leave it at once, got "automatic"; choose mode operator, or open ingress in ${primary.file}`;
    yield { file, key: "mode.by", message };
  }
}
