import { Construct } from "constructs";
import type { ServiceSpec } from "../config/spec.ts";
import { type Publisher, publishersUseKey, roleUsesKey } from "../observability/publishers.ts";
import { CustomerKey } from "./customer-key.ts";
import {
  accountAdministersKey,
  anotherAccountUsesKey,
  logsUseKey,
  rolesUseKeyThrough,
} from "./key-policy.ts";

interface KeysProps {
  readonly spec: ServiceSpec;
  /** AWS services that store the platform's data. */
  readonly storageServices: readonly string[];
}

/** The customer keys of an environment: one for what it stores, one for what it reports. */
export class Keys extends Construct {
  /** Database, secrets and images. In a standby the backup vault too, since a restore keeps the snapshot's key (T18). */
  readonly data: CustomerKey;
  /** Log groups and notifications. */
  readonly telemetry: CustomerKey;
  /** Who may send to a topic that `telemetry` encrypts. */
  readonly publishers: readonly Publisher[];
  /** The role that runs recoveries and tells that topic of them; a standby's only. */
  readonly recoveryRoleArn: string | undefined;

  constructor(scope: Construct, id: string, { spec, storageServices }: KeysProps) {
    super(scope, id);
    const { names, project, region } = spec;
    const place = { accountId: project.accountId, region };
    this.publishers = [
      "alarms",
      "budgets",
      ...(spec.protection.vault === undefined ? [] : (["events"] as const)),
    ];
    this.recoveryRoleArn =
      spec.role.kind === "standby"
        ? `arn:aws:iam::${project.accountId}:role/${project.breakGlassRole}`
        : undefined;
    this.data = new CustomerKey(this, "data", {
      alias: `alias/${names.of("data")}`,
      description: `Data of ${names.prefix}`,
      statements: [
        accountAdministersKey(place),
        ...[...services(spec), ...storageServices].flatMap((service) =>
          rolesUseKeyThrough(service, place, users(spec, service)),
        ),
        ...vaultOwners(spec).flatMap(anotherAccountUsesKey),
      ],
    });
    this.telemetry = new CustomerKey(this, "telemetry", {
      alias: `alias/${names.of("telemetry")}`,
      description: `Logs and notifications of ${names.prefix}`,
      statements: [
        accountAdministersKey(place),
        logsUseKey(place),
        ...publishersUseKey(this.publishers, place),
        ...(this.recoveryRoleArn === undefined ? [] : [roleUsesKey(this.recoveryRoleArn, place)]),
      ],
    });
  }
}

/**
 * Roles that need no right to the key of their own: the environment's, whatever they run, those that AWS makes for its
 * services, which nobody can give any, and the one that copies back from the pair's other vault.
 *
 * Images are pushed by whoever builds them, and the registry decides who that is.
 */
function users({ names, project, protection }: ServiceSpec, service: string): string[] {
  if (service === "ecr") return [`arn:aws:iam::${project.accountId}:*`];
  const roles = `arn:aws:iam::${project.accountId}:role`;
  const returnedBy = protection.copyTo?.returnedBy;
  return [
    `${roles}/${names.prefix}-*`,
    `${roles}/aws-service-role/*`,
    ...(returnedBy === undefined ? [] : [returnedBy]),
  ];
}

/** Whoever copies a snapshot into its own vault has to decrypt it first. */
function vaultOwners({ protection, project }: ServiceSpec): string[] {
  const owner = protection.copyTo?.accountId;
  return owner === undefined || owner === project.accountId ? [] : [owner];
}

/** Backup reaches the key of a vault by itself, and the database's snapshots through RDS. */
function services({ protection }: ServiceSpec): string[] {
  return ["rds", "secretsmanager", "ecr", ...(protection.vault === undefined ? [] : ["backup"])];
}
