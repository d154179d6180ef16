import type { Dns, FailoverRecord } from "../port.ts";
import type { Sdk } from "../sdk.ts";
import { ask } from "./ask.ts";

/** What Route 53's control plane says; the traffic itself never needs it (T38). */
export function dnsQuestions(sdk: Sdk): Dns {
  const { region } = sdk;
  return {
    async failoverRecords(zoneId, name) {
      const { ResourceRecordSets = [] } = await ask("route53:ListResourceRecordSets", region, () =>
        sdk.listRecords(zoneId, name),
      );
      return ResourceRecordSets.flatMap((record): FailoverRecord[] => {
        const { Failover, AliasTarget, ResourceRecords = [], Type = "" } = record;
        if (Failover === undefined || withoutDot(record.Name) !== name) return [];
        const values = ResourceRecords.map(({ Value = "" }) => Value).join(", ");
        return [
          {
            type: Type,
            role: Failover === "PRIMARY" ? "primary" : "secondary",
            healthCheckId: record.HealthCheckId,
            target: withoutDot(AliasTarget?.DNSName) || values,
            evaluatesTargetHealth: AliasTarget?.EvaluateTargetHealth ?? false,
          },
        ];
      });
    },
    async simpleRecords(zoneId, name) {
      const { ResourceRecordSets = [] } = await ask("route53:ListResourceRecordSets", region, () =>
        sdk.listRecords(zoneId, name),
      );
      return ResourceRecordSets.flatMap(
        ({ Name, Type = "", SetIdentifier, AliasTarget, ResourceRecords = [] }) =>
          withoutDot(Name) !== name || SetIdentifier !== undefined
            ? []
            : [
                {
                  type: Type,
                  target:
                    withoutDot(AliasTarget?.DNSName) ||
                    ResourceRecords.map(({ Value }) => withoutDot(Value)).join(", "),
                },
              ],
      );
    },
    async hostedZone(id) {
      const found = await ask("route53:GetHostedZone", region, () => sdk.getHostedZone(id), [
        "NoSuchHostedZone",
      ]);
      const zone = found?.HostedZone;
      return zone && { name: withoutDot(zone.Name), isPrivate: zone.Config?.PrivateZone ?? false };
    },
    async healthCheck(id) {
      const found = await ask("route53:GetHealthCheck", region, () => sdk.getHealthCheck(id), [
        "NoSuchHealthCheck",
      ]);
      const config = found?.HealthCheck?.HealthCheckConfig;
      if (config === undefined) return undefined;
      const { HealthCheckObservations = [] } = await ask("route53:GetHealthCheckStatus", region, () =>
        sdk.healthCheckStatus(id),
      );
      const reports = HealthCheckObservations.flatMap(({ StatusReport }) => StatusReport?.Status ?? []);
      return {
        disabled: config.Disabled ?? false,
        inverted: config.Inverted ?? false,
        fqdn: config.FullyQualifiedDomainName,
        path: config.ResourcePath,
        succeeding: reports.filter((status) => status.startsWith("Success")).length,
        reporting: reports.length,
      };
    },
  };
}

const withoutDot = (name = ""): string => name.replace(/\.$/, "");
