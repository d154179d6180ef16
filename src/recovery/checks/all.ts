import { activationRecord } from "./activation-record.ts";
import { alarms, primaryAlarms } from "./alarms.ts";
import { automatedBackups } from "./automated-backups.ts";
import { caller } from "./caller.ts";
import { certificateNames } from "./certificate-names.ts";
import { certificate } from "./certificate.ts";
import type { Check } from "./check.ts";
import { clock } from "./clock.ts";
import { clusterState } from "./cluster-state.ts";
import { computeQuota } from "./compute-quota.ts";
import { copyJobs } from "./copy-jobs.ts";
import { database, primaryDatabase } from "./database.ts";
import { databaseQuota } from "./database-quota.ts";
import { drift } from "./drift.ts";
import { elasticIps } from "./elastic-ips.ts";
import { engine } from "./engine.ts";
import { healthCheck } from "./health-check.ts";
import { image } from "./image.ts";
import { keys } from "./keys.ts";
import { lastDrill } from "./last-drill.ts";
import { loadBalancer } from "./load-balancer.ts";
import { records } from "./records.ts";
import { recoveryLock } from "./recovery-lock.ts";
import { recoveryPointEngine } from "./recovery-point-engine.ts";
import { recoveryPointKey } from "./recovery-point-key.ts";
import { recoveryPoint } from "./recovery-point.ts";
import { registryReplication } from "./registry-replication.ts";
import { runningImage } from "./running-image.ts";
import { service } from "./service.ts";
import { primaryFence } from "./primary-fence.ts";
import { primaryState } from "./primary-state.ts";
import { standbyState } from "./standby-state.ts";
import { stateLock } from "./state-lock.ts";
import { stateReplica } from "./state-replica.ts";
import { toolchainCheck } from "./toolchain.ts";
import { trafficSwitch } from "./switch.ts";

/** Every check, in the order in which a person reads them: what is needed first comes first. */
export const CHECKS: readonly Check[] = [
  caller,
  clock,
  toolchainCheck,
  recoveryLock,
  activationRecord,
  standbyState,
  stateLock,
  drift,
  database,
  keys,
  recoveryPoint,
  recoveryPointKey,
  recoveryPointEngine,
  automatedBackups,
  engine,
  databaseQuota,
  image,
  service,
  computeQuota,
  clusterState,
  loadBalancer,
  certificate,
  elasticIps,
  trafficSwitch,
  alarms,
  lastDrill,
  primaryFence,
  primaryState,
  primaryDatabase,
  copyJobs,
  runningImage,
  registryReplication,
  certificateNames,
  stateReplica,
  primaryAlarms,
  healthCheck,
  records,
];
