import {
  BackupClient,
  CreateBackupVaultCommand,
  DescribeBackupJobCommand,
  ListCopyJobsCommand,
  StartBackupJobCommand,
  StartCopyJobCommand,
  type BackupJob,
  type CopyJob,
  type StartCopyJobCommandInput,
} from "@aws-sdk/client-backup";
import { AttachRolePolicyCommand, CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { CreateDBInstanceCommand, RDSClient, type CreateDBInstanceMessage } from "@aws-sdk/client-rds";
import { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { expect } from "vitest";
import { dataProtection } from "../../../sandbox/emulations/data-protection.ts";
import type { EmulationFactory } from "../../../sandbox/gateway/emulation.ts";
import { startSandbox, type Sandbox } from "../../../sandbox/start.ts";
import { probe } from "../support.ts";

const capabilities = await probe();

/** These tests need moto; Terraform only where they say so. */
export const hasMoto = capabilities.python !== undefined;
export const hasTerraform = capabilities.isReady;

export const PRIMARY = "eu-west-1";
export const STANDBY = "eu-central-1";
export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

/** A text that contains another one, wherever an exact text could stand. */
export const containing = (text: string): unknown => expect.stringContaining(text);
export const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);

/** A running sandbox with what the tests of data protection need of it. */
export class ProtectedDatabase {
  readonly sandbox: Sandbox;

  private constructor(sandbox: Sandbox) {
    this.sandbox = sandbox;
  }

  static async start(emulations: readonly EmulationFactory[] = [dataProtection]): Promise<ProtectedDatabase> {
    return new ProtectedDatabase(await startSandbox({ capabilities, emulations }));
  }

  settings(region: string) {
    return {
      region,
      endpoint: this.sandbox.url,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      maxAttempts: 1,
    };
  }

  backup(region = PRIMARY): BackupClient {
    return new BackupClient(this.settings(region));
  }

  rds(region = PRIMARY): RDSClient {
    return new RDSClient(this.settings(region));
  }

  kms(region = PRIMARY): KMSClient {
    return new KMSClient(this.settings(region));
  }

  tagging(region = PRIMARY): ResourceGroupsTaggingAPIClient {
    return new ResourceGroupsTaggingAPIClient(this.settings(region));
  }

  /** The ARN of a new customer key. */
  async createKey(region: string): Promise<string> {
    const { KeyMetadata } = await this.kms(region).send(new CreateKeyCommand({}));
    return KeyMetadata?.Arn ?? "";
  }

  /** The ARN of a role that AWS Backup may assume. */
  async createRole(name: string, service = "backup.amazonaws.com"): Promise<string> {
    const iam = new IAMClient(this.settings("us-east-1"));
    const trust = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
    };
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) }),
    );
    for (const policy of ["AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForRestores"]) {
      const PolicyArn = `arn:aws:iam::aws:policy/service-role/${policy}`;
      await iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn }));
    }
    return Role?.Arn ?? "";
  }

  /** The ARN of a new database in the primary region. */
  async createDatabase(
    identifier: string,
    kmsKeyArn: string,
    changes: Partial<CreateDBInstanceMessage> = {},
  ): Promise<string> {
    const { DBInstance } = await this.rds().send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: identifier,
        DBInstanceClass: "db.t4g.medium",
        Engine: "postgres",
        EngineVersion: "16.4",
        AllocatedStorage: 40,
        StorageType: "gp3",
        StorageEncrypted: true,
        KmsKeyId: kmsKeyArn,
        MasterUsername: "keeper",
        ManageMasterUserPassword: true,
        MultiAZ: true,
        DeletionProtection: true,
        BackupRetentionPeriod: 7,
        DBName: "orders",
        ...changes,
      }),
    );
    return DBInstance?.DBInstanceArn ?? "";
  }

  /** The ARN of a new vault. */
  async createVault(region: string, name: string, keyArn: string): Promise<string> {
    const { BackupVaultArn } = await this.backup(region).send(
      new CreateBackupVaultCommand({ BackupVaultName: name, EncryptionKeyArn: keyArn }),
    );
    return BackupVaultArn ?? "";
  }

  /** Backs a database up and moves the clock until the job has ended. */
  async backUp(resourceArn: string, vault: string, roleArn: string, retentionDays = 30): Promise<BackupJob> {
    const { BackupJobId } = await this.backup().send(
      new StartBackupJobCommand({
        BackupVaultName: vault,
        ResourceArn: resourceArn,
        IamRoleArn: roleArn,
        Lifecycle: { DeleteAfterDays: retentionDays },
      }),
    );
    await this.sandbox.client.advance(30 * MINUTE_MS);
    return this.backup().send(new DescribeBackupJobCommand({ BackupJobId }));
  }

  /** Copies a recovery point and moves the clock until the job has ended. */
  async copy(input: StartCopyJobCommandInput): Promise<CopyJob> {
    const { CopyJobId } = await this.backup().send(new StartCopyJobCommand(input));
    await this.sandbox.client.advance(60 * MINUTE_MS);
    const { CopyJobs = [] } = await this.backup().send(new ListCopyJobsCommand({}));
    return CopyJobs.find((job) => job.CopyJobId === CopyJobId) ?? {};
  }
}
