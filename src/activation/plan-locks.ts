import { DataAwsS3Objects } from "@cdktf/provider-aws/lib/data-aws-s3-objects/index.js";
import { TerraformVariable } from "cdktf";
import { Construct } from "constructs";
import type { ServiceSpec } from "../config/spec.ts";
import { ALLOW_WHILE_FENCED, fenceKey, recordKey } from "../naming/names.ts";

interface PlanLockProps {
  readonly spec: ServiceSpec;
}

/**
 * Whether a stack can ask the bucket that it keeps its state in: the provider is bound to one region.
 *
 * Nothing else is asked, so that a plan depends on no region that it does not depend on anyway.
 */
const canAsk = ({ copyOf, state, region }: ServiceSpec): boolean =>
  copyOf === undefined && state.region === region;

/** Every plan fails while an object lies in the bucket; only whether it is there is asked, in one call. */
function refuseWhileThere(
  scope: Construct,
  id: string,
  bucket: string,
  key: string,
  { unless, errorMessage }: { readonly unless?: string; readonly errorMessage: string },
): void {
  const absent = "length(self.keys) == 0";
  const condition = `\${${unless === undefined ? absent : `${unless} || ${absent}`}}`;
  new DataAwsS3Objects(scope, id, {
    bucket,
    prefix: key,
    lifecycle: { postcondition: [{ condition, errorMessage }] },
  });
}

/**
 * Makes every plan of a pilot light fail while the record in force says that the standby is out of peace.
 *
 * The record is a file that somebody may not have: without it this same stack is a pilot light, and applying that ends the
 * service.
 */
export class PilotLightLock extends Construct {
  constructor(scope: Construct, id: string, { spec }: PlanLockProps) {
    super(scope, id);
    const { project, name, state } = spec;
    const key = recordKey(project, name);
    refuseWhileThere(this, "record", state.bucket, key, {
      errorMessage: `${name} is no pilot light: s3://${state.bucket}/${key} is in force, and ${name}.activation.json is missing here. Applying this would end the service. Bring the checkout up to date, or run: npm run dr -- readiness --only activation-record`,
    });
  }

  /** A standby in peace has one. */
  static fits(spec: ServiceSpec): boolean {
    return canAsk(spec) && spec.role.kind === "standby" && spec.role.posture === "standby";
  }
}

/**
 * Makes every plan of a primary fail while it is fenced: applying it would start and open it beside the standby (T43).
 *
 * Whoever fenced has left a mark beside the standby's state, and it is replicated to where the primary's state is: a pipeline
 * that runs as soon as the region is back finds it.
 */
export class FencedPrimaryLock extends Construct {
  constructor(scope: Construct, id: string, { spec }: PlanLockProps) {
    super(scope, id);
    const { project, name, state, recoveredBy = "" } = spec;
    const key = fenceKey(project, recoveredBy);
    const allowed = new TerraformVariable(this, "allowed", {
      type: "bool",
      default: false,
      description: `plan ${name} although it is fenced`,
    });
    allowed.overrideLogicalId(ALLOW_WHILE_FENCED);
    refuseWhileThere(this, "mark", state.bucket, key, {
      unless: `var.${ALLOW_WHILE_FENCED}`,
      errorMessage: `${name} must not be applied: ${recoveredBy} has taken over (s3://${state.bucket}/${key}), and this would start and open ${name} beside it. Whether it is fenced: npm run dr -- readiness --only primary-fence. The way back: npm run dr -- failback, or rollback. If it must be all the same: TF_VAR_${ALLOW_WHILE_FENCED}=true`,
    });
  }

  /** A primary that can be recovered has one; any other is as it would be without a standby. */
  static fits(spec: ServiceSpec): boolean {
    return canAsk(spec) && spec.recoveredBy !== undefined;
  }
}
