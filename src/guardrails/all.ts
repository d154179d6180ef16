import { alarmsInProduction } from "./alarms-in-production.ts";
import { backupRetention } from "./backup-retention.ts";
import { closedDefaultSecurityGroup } from "./closed-default-security-group.ts";
import { closedStandby } from "./closed-standby.ts";
import { databaseDeletionProtection } from "./database-deletion-protection.ts";
import { databaseEncryption } from "./database-encryption.ts";
import { enabledHealthChecks } from "./enabled-health-checks.ts";
import { encryptedLogs } from "./encrypted-logs.ts";
import { encryptedState } from "./encrypted-state.ts";
import { finalSnapshot } from "./final-snapshot.ts";
import { flowLogs } from "./flow-logs.ts";
import type { Guardrail } from "./guardrail.ts";
import { hardenedClusters } from "./hardened-clusters.ts";
import { hardenedInstances } from "./hardened-instances.ts";
import { httpsOnly } from "./https-only.ts";
import { iamLeastPrivilege } from "./iam-least-privilege.ts";
import { immutableImages } from "./immutable-images.ts";
import { keptRecoveryPoints } from "./kept-recovery-points.ts";
import { keyRotation } from "./key-rotation.ts";
import { loadBalancerDeletionProtection } from "./load-balancer-deletion-protection.ts";
import { loadBalancerLogs } from "./load-balancer-logs.ts";
import { multiAz } from "./multi-az.ts";
import { natPerZone } from "./nat-per-zone.ts";
import { noExecInProduction } from "./no-exec-in-production.ts";
import { noPublicIp } from "./no-public-ip.ts";
import { noTasksInStandby } from "./no-tasks-in-standby.ts";
import { nonRootContainer } from "./non-root-container.ts";
import { operatorMovesTraffic } from "./operator-moves-traffic.ts";
import { pinnedImage } from "./pinned-image.ts";
import { privateBuckets } from "./private-buckets.ts";
import { privateDatabase } from "./private-database.ts";
import { readableSwitch } from "./readable-switch.ts";
import { redundantTasks } from "./redundant-tasks.ts";
import { regionalSts } from "./regional-sts.ts";
import { singleAnswer } from "./single-answer.ts";
import { spotInProduction } from "./spot-in-production.ts";
import { tlsPolicy } from "./tls-policy.ts";

/** Every guardrail, in the order of the documentation. */
export const GUARDRAILS: readonly Guardrail[] = [
  natPerZone,
  flowLogs,
  closedDefaultSecurityGroup,
  noPublicIp,
  httpsOnly,
  loadBalancerLogs,
  loadBalancerDeletionProtection,
  closedStandby,
  immutableImages,
  tlsPolicy,
  privateBuckets,
  keyRotation,
  encryptedState,
  regionalSts,
  redundantTasks,
  spotInProduction,
  noTasksInStandby,
  pinnedImage,
  hardenedInstances,
  hardenedClusters,
  nonRootContainer,
  noExecInProduction,
  iamLeastPrivilege,
  multiAz,
  databaseDeletionProtection,
  backupRetention,
  databaseEncryption,
  finalSnapshot,
  keptRecoveryPoints,
  privateDatabase,
  encryptedLogs,
  alarmsInProduction,
  singleAnswer,
  operatorMovesTraffic,
  enabledHealthChecks,
  readableSwitch,
];
