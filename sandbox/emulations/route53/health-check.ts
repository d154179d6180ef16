import {
  ListHealthChecksCommand,
  type HealthCheckConfig,
  type Route53Client,
} from "@aws-sdk/client-route-53";

/** A health check as its owner configured it. */
export interface HealthCheck {
  readonly id: string;
  readonly config: HealthCheckConfig;
  readonly intervalSeconds: number;
  readonly failureThreshold: number;
}

const PORTS: Readonly<Record<string, number>> = {
  HTTP: 80,
  HTTP_STR_MATCH: 80,
  HTTPS: 443,
  HTTPS_STR_MATCH: 443,
};

/** Where its checkers connect to; the protocol says if nothing else does. */
export const portOf = ({ Port: port, Type: type }: HealthCheckConfig): number =>
  port ?? PORTS[type ?? ""] ?? 80;

export const usesTls = ({ Type: type }: HealthCheckConfig): boolean => type?.startsWith("HTTPS") ?? false;

export async function listHealthChecks(route53: Route53Client): Promise<HealthCheck[]> {
  const { HealthChecks: checks = [] } = await route53.send(new ListHealthChecksCommand({}));
  return checks.flatMap(({ Id: id, HealthCheckConfig: config }) =>
    id === undefined || config === undefined
      ? []
      : [
          {
            id,
            config,
            intervalSeconds: config.RequestInterval ?? 30,
            failureThreshold: config.FailureThreshold ?? 3,
          },
        ],
  );
}
