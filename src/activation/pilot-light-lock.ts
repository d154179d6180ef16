import { DataAwsS3Objects } from "@cdktf/provider-aws/lib/data-aws-s3-objects/index.js";
import { Construct } from "constructs";
import type { ServiceSpec } from "../config/spec.ts";
import { recordKey } from "../naming/names.ts";

interface PilotLightLockProps {
  readonly spec: ServiceSpec;
}

/**
 * Makes every plan of a pilot light fail while the record in force says that the standby is out of peace.
 *
 * The record is a file that somebody may not have: without it this same stack is a pilot light, and applying that ends the
 * service. Terraform asks the bucket in which it keeps the state anyway; nothing is asked of another region.
 */
export class PilotLightLock extends Construct {
  constructor(scope: Construct, id: string, { spec }: PilotLightLockProps) {
    super(scope, id);
    const { project, name, state } = spec;
    const key = recordKey(project, name);
    new DataAwsS3Objects(this, "record", {
      bucket: state.bucket,
      prefix: key,
      lifecycle: {
        postcondition: [
          {
            condition: "${length(self.keys) == 0}",
            errorMessage: `${name} is no pilot light: s3://${state.bucket}/${key} is in force, and ${name}.activation.json is missing here. Applying this would end the service. Bring the checkout up to date, or run: npm run dr -- readiness --only activation-record`,
          },
        ],
      },
    });
  }

  /** Whether a standby's stack has one: in peace, and where its provider and its state are of one region. */
  static fits({ role, copyOf, state, region }: ServiceSpec): boolean {
    return (
      role.kind === "standby" && role.posture === "standby" && copyOf === undefined && state.region === region
    );
  }
}
