import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias/index.js";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key/index.js";
import { Construct } from "constructs";
import { policyDocument, type PolicyStatement } from "./key-policy.ts";

/** Days between the request to delete a key and its end; the longest that KMS offers. */
const DELETION_WINDOW_DAYS = 30;

interface CustomerKeyProps {
  readonly alias: string;
  readonly description: string;
  readonly statements: readonly PolicyStatement[];
  /** Refuse every plan that deletes the key. */
  readonly preventDestroy?: boolean;
}

/** A rotated customer key with an alias and a policy of its own. */
export class CustomerKey extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: CustomerKeyProps) {
    super(scope, id);
    const key = new KmsKey(this, "key", {
      description: props.description,
      enableKeyRotation: true,
      deletionWindowInDays: DELETION_WINDOW_DAYS,
      policy: policyDocument(props.statements),
      ...(props.preventDestroy === true && { lifecycle: { preventDestroy: true } }),
    });
    new KmsAlias(this, "alias", { name: props.alias, targetKeyId: key.keyId });
    this.arn = key.arn;
  }
}
