import type { Objection, PlanExpectation } from "./expectation.ts";
import { type Deed, isLost, type ResourceChange, textOf } from "./plan.ts";
import { rulesOf } from "./transitions.ts";
import { globalControlPlane, WRITES_DNS } from "./types.ts";

/** What hangs on a control plane in one region. A drill runs in peace, and its copy needs roles of its own. */
export function global(
  { type }: ResourceChange,
  _: Deed,
  { transition }: PlanExpectation,
): Objection | undefined {
  const plane = globalControlPlane(type);
  if (plane === undefined || rulesOf(transition).disposable) return undefined;
  return {
    reason: `needs the control plane of ${plane.service} in ${plane.region}, which may be down now`,
    remedy: "undo the change of the configuration that causes it, and apply it in peace",
  };
}

export function dns(
  { type }: ResourceChange,
  deed: Deed,
  { transition }: PlanExpectation,
): Objection | undefined {
  if (!WRITES_DNS.has(type) || deed === "update" || rulesOf(transition).disposable) return undefined;
  return {
    reason: "would be created, which writes into DNS: that may be impossible now",
    remedy: "undo the change of the configuration that causes it; what a recovery needs has to exist before",
  };
}

export function opened(
  { type, change }: ResourceChange,
  deed: Deed,
  { transition }: PlanExpectation,
): Objection | undefined {
  const rules = rulesOf(transition);
  if (rules.opens || isLost(deed) || !lets(type, change.after)) return undefined;
  return {
    reason: `would let addresses outside the VPC in while ${rules.doing}`,
    remedy: "check the posture in the activation record: only an active standby is open",
  };
}

/** A rule that names another group admits nobody from outside. */
function lets(type: string, after: Readonly<Record<string, unknown>> | null): boolean {
  switch (type) {
    case "aws_vpc_security_group_ingress_rule":
      return ["cidr_ipv4", "cidr_ipv6", "prefix_list_id"].some((key) => textOf(after, key) !== undefined);
    case "aws_security_group_rule":
      return after?.["type"] === "ingress" && textOf(after, "source_security_group_id") === undefined;
    default:
      return false;
  }
}

/** What keeps a resource from being lost, by type: the value that protects. */
const PROTECTION: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  aws_db_instance: { deletion_protection: true },
  aws_ecr_repository: { force_delete: false },
  aws_kms_key: { is_enabled: true, enable_key_rotation: true },
  aws_lb: { enable_deletion_protection: true },
  aws_backup_vault: { force_destroy: false },
};

export function unprotected(
  { type, change }: ResourceChange,
  deed: Deed,
  { transition }: PlanExpectation,
): Objection | undefined {
  const rules = rulesOf(transition);
  if (rules.unprotects || deed !== "update") return undefined;
  const lifted = Object.entries(PROTECTION[type] ?? {}).find(
    ([key, safe]) => change.before?.[key] === safe && change.after?.[key] !== safe,
  );
  if (lifted === undefined) return undefined;
  return {
    reason: `would lose its protection (${lifted[0]}) while ${rules.doing}`,
    remedy: "undo the change of the configuration that causes it, and apply it in peace",
  };
}

/** It is the whole registry's: other environments' rules are in it (T4). */
export function registry(
  { type }: ResourceChange,
  _: Deed,
  { transition }: PlanExpectation,
): Objection | undefined {
  const { opens, mayLose, doing } = rulesOf(transition);
  if (type !== "aws_ecr_replication_configuration" || opens || mayLose.includes(type)) return undefined;
  return {
    reason: `is the whole registry's, and would be changed while ${doing}`,
    remedy: "only an active standby replicates images back: check the posture in the activation record",
  };
}
