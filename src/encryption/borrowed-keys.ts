import { DataAwsKmsAlias } from "@cdktf/provider-aws/lib/data-aws-kms-alias/index.js";
import { Construct } from "constructs";
import type { Publisher } from "../observability/publishers.ts";
import type { Names } from "../naming/names.ts";
import type { Keys } from "./keys.ts";

/** A key of another environment. */
class BorrowedKey extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, alias: string) {
    super(scope, id);
    this.arn = new DataAwsKmsAlias(this, "alias", { name: alias }).targetKeyArn;
  }
}

/** The keys of an environment that is copied: a key of its own would outlive the copy by 30 days. */
export class BorrowedKeys extends Construct implements Keys {
  readonly data: BorrowedKey;
  readonly telemetry: BorrowedKey;
  readonly publishers: readonly Publisher[] = ["alarms", "budgets"];
  /** A drill is told where its standby is. */
  readonly recoveryRoleArn = undefined;

  constructor(scope: Construct, id: string, { owner }: { readonly owner: Names }) {
    super(scope, id);
    this.data = new BorrowedKey(this, "data", `alias/${owner.of("data")}`);
    this.telemetry = new BorrowedKey(this, "telemetry", `alias/${owner.of("telemetry")}`);
  }
}
