import { applicationAutoscalingTags } from "../corrections/application-autoscaling-tags.ts";
import { budgets } from "../corrections/budgets.ts";
import { databaseParameters } from "../corrections/database-parameters.ts";
import { ecs } from "../corrections/ecs/ecs.ts";
import { launchTemplates } from "../corrections/launch-templates.ts";
import { natInterfaces } from "../corrections/nat-interfaces.ts";
import { scalingPolicies } from "../corrections/scaling-policies.ts";
import { securityGroupRules } from "../corrections/security-group-rules.ts";
import { suspendedVersions } from "../corrections/suspended-versions.ts";
import type { EmulationFactory } from "../gateway/emulation.ts";
import { dataProtection } from "./data-protection.ts";
import { eks } from "./eks/eks.ts";
import { quotas } from "./quotas.ts";
import { storageAndTraffic } from "./storage-and-traffic.ts";

/** Everything that answers beside moto. The first that claims a call answers it. */
export const emulations: readonly EmulationFactory[] = [
  applicationAutoscalingTags,
  budgets,
  databaseParameters,
  ecs,
  launchTemplates,
  natInterfaces,
  scalingPolicies,
  securityGroupRules,
  suspendedVersions,
  dataProtection,
  eks,
  quotas,
  storageAndTraffic,
];
