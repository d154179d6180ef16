import { describe, expect, it } from "vitest";
import { readStacks } from "./support.ts";

/** What can't be made again from the configuration: data, keys that open data, logs that are evidence. */
const STATEFUL =
  /^aws_(backup_vault|cloudwatch_log_group|db_instance|ebs_volume|ecr_repository|efs_file_system|kms_key|s3_bucket|secretsmanager_secret)\./;

const KEYS = ["aws_kms_key.keys_data_key", "aws_kms_key.keys_telemetry_key"];
const LOGS = [
  "aws_cloudwatch_log_group.compute_log",
  "aws_cloudwatch_log_group.database_postgresql_log",
  "aws_cloudwatch_log_group.database_upgrade_log",
];
const SERVICE = [
  "aws_db_instance.database_instance",
  "aws_ecr_repository.registry_repository",
  ...KEYS,
  ...LOGS,
];
const RECORDED = [
  "aws_cloudwatch_log_group.network_flow_logs_group",
  "aws_s3_bucket.ingress_access_logs_logs_bucket",
];
/** A cluster's state outlives its nodes in a bucket; its pods log to nobody but their node. */
const CLUSTER = [
  ...SERVICE.filter((address) => address !== "aws_cloudwatch_log_group.compute_log"),
  ...RECORDED,
  "aws_backup_vault.backup_vault_vault",
  "aws_s3_bucket.compute_state_store_bucket",
];
const STATE = [
  "aws_kms_key.state_encryption_key",
  "aws_s3_bucket.state_logs_bucket",
  "aws_s3_bucket.state_store_bucket",
];

/** A change here destroys what the old address named: it needs a `moved` block, or a reason. */
const ADDRESSES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  environments: {
    bootstrap: STATE,
    dev: [...SERVICE, "aws_cloudwatch_log_group.compute_cluster_exec_log"],
    prod: [...SERVICE, ...RECORDED, "aws_cloudwatch_log_group.compute_cluster_insights_log"],
    dr: [...SERVICE, ...RECORDED],
  },
  "examples/disaster-recovery": {
    bootstrap: [
      ...STATE,
      "aws_kms_key.replica_state_encryption_key",
      "aws_s3_bucket.replica_state_logs_bucket",
      "aws_s3_bucket.replica_state_store_bucket",
    ],
    prod: [
      ...SERVICE,
      ...RECORDED,
      "aws_cloudwatch_log_group.compute_cluster_insights_log",
      "aws_backup_vault.backup_vault_vault",
    ],
    dr: [...SERVICE, ...RECORDED, "aws_backup_vault.backup_vault_vault"],
  },
  "examples/k3s": {
    prod: CLUSTER,
    dr: CLUSTER,
  },
};

describe.each(Object.entries(ADDRESSES))("addresses of what holds data in %s", (folder, stacks) => {
  it.each(Object.entries(stacks))("%s", async (stack, addresses) => {
    const template = (await readStacks(folder)).get(stack) ?? {};
    const stateful = Object.keys(template).filter((address) => STATEFUL.test(address));
    expect(stateful.sort()).toEqual([...addresses].sort());
  });
});
