import { randomBytes } from "node:crypto";
import type { World } from "../../gateway/emulation.ts";
import { findKey, moto } from "../keys.ts";
import type { MotoRds } from "./moto-rds.ts";
import { inner } from "./xml.ts";

/** The secret in which RDS keeps a master password. */
export class ManagedPassword {
  private readonly world: World;
  private readonly rds: MotoRds;

  constructor(world: World, rds: MotoRds) {
    this.world = world;
    this.rds = rds;
  }

  /**
   * Asked to manage a password that is managed already, RDS leaves the secret as it is. moto makes a new one with each
   * such modification, so that the secret's ARN would change under those who read it.
   */
  async withoutNeedlessChange(region: string, form: URLSearchParams): Promise<URLSearchParams> {
    if (form.get("ManageMasterUserPassword") !== "true") {
      return form;
    }
    const secret = await this.secretOf(region, form.get("DBInstanceIdentifier") ?? "");
    const asked = form.get("MasterUserSecretKmsKeyId");
    const key = asked === null ? undefined : await findKey(this.world, region, asked);
    if (secret === undefined || (key !== undefined && key.arn !== inner(secret, "KmsKeyId"))) {
      return form;
    }
    const kept = new URLSearchParams(form);
    kept.delete("ManageMasterUserPassword");
    kept.delete("MasterUserSecretKmsKeyId");
    return kept;
  }

  /** moto writes the same password and user into every secret; RDS writes the instance's user and a password of its own. */
  async fill(region: string, form: URLSearchParams, instance: string): Promise<void> {
    const secretArn = inner(inner(instance, "MasterUserSecret") ?? "", "SecretArn");
    if (form.get("ManageMasterUserPassword") !== "true" || secretArn === undefined) {
      return;
    }
    const value = {
      username: inner(instance, "MasterUsername"),
      password: randomBytes(21).toString("base64url"),
    };
    await moto(this.world, region, "secretsmanager", "secretsmanager.PutSecretValue", {
      SecretId: secretArn,
      SecretString: JSON.stringify(value),
    });
  }

  private async secretOf(region: string, identifier: string): Promise<string | undefined> {
    const result = await this.rds.call(region, "DescribeDBInstances", { DBInstanceIdentifier: identifier });
    return inner(result, "MasterUserSecret");
  }
}
