import type { RegionalAws } from "../../aws/port.ts";
import type { Usage } from "../../aws/data.ts";
import { factsOf } from "../../compute/facts.ts";
import type { VcpuPool } from "../../compute/vcpu-need.ts";
import { type Check, fail, type Finding, pass, unknown, warn } from "./check.ts";
import { postureOf } from "./inapplicable.ts";
import { raiseQuota } from "./quota.ts";

interface Pool {
  readonly name: string;
  readonly service: string;
  readonly code: string;
  readonly ask: (aws: RegionalAws) => Promise<Usage>;
}

const POOLS: Readonly<Record<VcpuPool, Pool>> = {
  fargate: {
    name: "on-demand vCPU",
    service: "fargate",
    code: "L-3032A538",
    ask: (aws) => aws.fargateVcpus("on-demand"),
  },
  "fargate-spot": {
    name: "spot vCPU",
    service: "fargate",
    code: "L-36FBB829",
    ask: (aws) => aws.fargateVcpus("spot"),
  },
  "standard-instances": {
    name: "vCPU of standard instances",
    service: "ec2",
    code: "L-1216C47A",
    ask: (aws) => aws.instanceVcpus(),
  },
};

/** Room for what the standby would start. */
export const computeQuota: Check = {
  id: "compute-quota",
  asks: "do the vCPU quotas of the standby's region leave room for the primary's tasks or instances",
  because:
    "a new region starts with a few vCPU, and what is above the quota does not start while users wait (T46)",
  remedy: "request a higher quota now",
  side: "standby",
  inapplicable: (subject) =>
    postureOf(subject) === "standby" ? undefined : `${subject.standby.name} runs at its size`,
  async run({ subject, standby }): Promise<Finding> {
    const need = factsOf(subject.primary.config.compute).vcpuNeed;
    if (need === undefined) {
      const look = `aws service-quotas list-service-quotas --region ${standby.region} --service-code ec2 --query "Quotas[?contains(QuotaName, 'On-Demand')].[QuotaName,Value]" --output text`;
      return unknown(`not known which quota the instances of ${subject.primary.name} count towards`, look);
    }
    const { runs, usual, most } = need;
    const { name, service, code, ask } = POOLS[need.pool];
    const { used, quota } = await ask(standby);
    const facts = { usedVcpus: used, quotaVcpus: quota, neededVcpus: usual, mostVcpus: most };
    const seen = `${used} of ${quota} ${name} are used`;
    const raise = raiseQuota(service, code, used + most, standby.region);
    if (used + usual > quota) return fail(`${seen}; ${runs} need ${usual}`, raise, facts);
    if (used + most > quota)
      return warn(`${seen}; ${subject.primary.name} may grow to ${most}`, raise, facts);
    return pass(`${seen}; ${runs} need ${usual}, at most ${most}`, facts);
  },
};
