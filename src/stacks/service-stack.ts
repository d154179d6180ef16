import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition/index.js";
import { Aspects } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { FencedPrimaryLock, PilotLightLock } from "../activation/plan-locks.ts";
import { AutomatedBackupReplication } from "../backup/automated-backup-replication.ts";
import { Backup } from "../backup/backup.ts";
import { JobFailures } from "../backup/job-failures.ts";
import { LeftVaultLock } from "../backup/left-vault-lock.ts";
import { Budget } from "../budget/budget.ts";
import { factsOf } from "../compute/facts.ts";
import { platformOf } from "../compute/platform.ts";
import type { ServiceSpec } from "../config/spec.ts";
import { Database } from "../database/database.ts";
import { BorrowedKeys } from "../encryption/borrowed-keys.ts";
import { Keys } from "../encryption/keys.ts";
import { Ingress } from "../ingress/ingress.ts";
import { Network } from "../network/network.ts";
import { Observability } from "../observability/observability.ts";
import { BorrowedRegistry } from "../registry/borrowed-registry.ts";
import { Registry } from "../registry/registry.ts";
import { RegistryReplication } from "../registry/replication.ts";
import { BaseStack, tagsOf } from "./base-stack.ts";

const scaling = ({ config, names }: ServiceSpec): string =>
  JSON.stringify(factsOf(config.compute).scale(names));

/** A copy is never rolled back to an earlier revision, and has to leave nothing. */
const leaveNoRevision = (stack: Construct): void =>
  Aspects.of(stack).add({
    visit(node: IConstruct) {
      if (node instanceof EcsTaskDefinition) node.skipDestroy = false;
    },
  });

/** One service behind a load balancer with its database, as a primary or as a standby. */
export class ServiceStack extends BaseStack {
  constructor(scope: Construct, spec: ServiceSpec) {
    super(scope, spec);
    const { config, names, project, region, repositoryName, role } = spec;
    const platform = platformOf(config.compute);
    const { copyOf } = spec;
    if (PilotLightLock.fits(spec)) new PilotLightLock(this, "pilot-light-lock", { spec });
    if (FencedPrimaryLock.fits(spec)) new FencedPrimaryLock(this, "fence-lock", { spec });
    if (LeftVaultLock.fits(spec)) new LeftVaultLock(this, "left-vault-lock", { spec });
    const keys: Keys =
      copyOf === undefined
        ? new Keys(this, "keys", { spec, storageServices: platform.storageServices })
        : new BorrowedKeys(this, "keys", { owner: copyOf.names });
    const network = new Network(this, "network", {
      config: config.network,
      names,
      accountId: project.accountId,
      region,
      keys,
      endpoints: platform.endpoints,
      excludedZoneIds: platform.excludedZoneIds?.get(region) ?? [],
    });
    const registry: Registry =
      copyOf === undefined
        ? new Registry(this, "registry", { config: config.registry, repositoryName, keys })
        : new BorrowedRegistry(this, "registry", { repositoryName });
    if (spec.imagesTo.length > 0) {
      const { accountId } = project;
      new RegistryReplication(this, "registry-replication", { registry, accountId, regions: spec.imagesTo });
    }
    const ingress = new Ingress(this, "ingress", {
      config: config.ingress,
      names,
      accountId: project.accountId,
      network,
      targetPort: platform.targetPort,
      targetType: platform.targetType,
    });
    const database = new Database(this, "database", {
      config: config.database,
      names,
      network,
      keys,
      recoveryPoint: spec.recoveryPoint,
      keepsIdentity: role.kind === "primary" && spec.recoveryPoint === undefined,
    });
    const backup = this.addBackup(spec, keys, database);
    const compute = platform.create(this, "compute", {
      names,
      accountId: project.accountId,
      region,
      tags: tagsOf(spec),
      network,
      ingress,
      registry,
      database,
      keys,
      peer: spec.peer,
    });
    const observability = new Observability(this, "observability", {
      config: config.observability,
      names,
      accountId: project.accountId,
      region,
      keys,
      watched: [ingress, database, compute, ...(backup === undefined ? [] : [backup])],
    });
    if (backup !== undefined) {
      new JobFailures(this, "backup-failures", { names, topicArn: observability.topicArn });
    }
    if (config.budget !== undefined) {
      new Budget(this, "budget", {
        config: config.budget,
        names,
        environment: spec.name,
        file: spec.file,
        topicArn: observability.topicArn,
        costGate: role.kind === "primary" || role.posture === "standby",
      });
    }

    if (copyOf !== undefined) leaveNoRevision(this);

    this.output("vpc_id", "id of the VPC", network.vpcId);
    this.output("alb_dns_name", "DNS name of the load balancer", ingress.dnsName);
    this.output("alb_zone_id", "hosted zone id of the load balancer, for alias records", ingress.zoneId);
    this.output("ecr_repository_url", "where the service's images are pushed", registry.repositoryUrl);
    this.output("database_endpoint", "host and port of the database", database.endpoint);
    this.output("database_secret_arn", "secret with the database's user and password", database.secretArn);
    this.output("database_identifier", "identifier of the database instance", database.identifier);
    this.output("cluster_name", "name of the cluster that the service runs on", compute.clusterName);
    this.output("service_name", "name of the service on its cluster", compute.serviceName);
    this.output(
      "service_manifest",
      "what starts the service on its cluster: kubectl apply -f -",
      compute.manifest,
    );
    this.output("scaling", "what is scaled, and how much of it there should be", scaling(spec));
    this.output(
      role.kind === "standby" ? "dr_backup_vault_arn" : "backup_vault_arn",
      "vault of the recovery points",
      backup?.vaultArn,
    );
  }

  private addBackup(spec: ServiceSpec, keys: Keys, database: Database): Backup | undefined {
    const { vault: home, replicated } = spec.protection;
    if (replicated !== undefined) {
      const { instanceArn: sourceInstanceArn, retentionDays } = replicated;
      new AutomatedBackupReplication(this, "automated-backups", { sourceInstanceArn, retentionDays, keys });
    }
    return home && new Backup(this, "backup", { spec, home, keys, database });
  }
}
