import { AwsError, escapeXml, xmlReply, type Reply } from "../../gateway/reply.ts";
import type { HealthChecks } from "./health-checks.ts";
import type { Monitor, Report } from "./monitor.ts";

const NAMESPACE = "https://route53.amazonaws.com/doc/2013-04-01/";

const observation = ({ checker, text, at }: Report): string =>
  `<HealthCheckObservation><Region>${checker.region}</Region><IPAddress>${checker.address}</IPAddress>` +
  `<StatusReport><Status>${escapeXml(text)}</Status><CheckedTime>${at.toISOString()}</CheckedTime></StatusReport></HealthCheckObservation>`;

/** What the checkers saw. An inversion does not show here: it is about the verdict, not about the endpoint. */
const replies: Readonly<Record<string, (monitor: Monitor) => readonly Report[]>> = {
  GetHealthCheckStatus: (monitor) => monitor.reports(),
  GetHealthCheckLastFailureReason: (monitor) => monitor.lastFailures(),
};

export const isStatusAction = (action: string): boolean => Object.hasOwn(replies, action);

export function statusReply(checks: HealthChecks, action: string, id: string): Reply {
  const monitor = checks.monitor(id);
  if (checks.get(id) === undefined) {
    throw new AwsError("NoSuchHealthCheck", `A health check with id ${id} does not exist.`, 404);
  }
  if (monitor === undefined) {
    throw new AwsError("InvalidInput", `Health check ${id} is not one that monitors an endpoint.`);
  }
  const observations = (replies[action]?.(monitor) ?? []).map(observation).join("");
  return xmlReply(
    `<${action}Response xmlns="${NAMESPACE}"><HealthCheckObservations>${observations}</HealthCheckObservations></${action}Response>`,
  );
}
