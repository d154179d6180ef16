import { describe, expect, it } from "vitest";
import type { RegionalAws } from "../../../src/aws/port.ts";
import { AwsFailure } from "../../../src/aws/failure.ts";
import { everythingOf } from "../../../src/recovery/existing/find.ts";
import { expectationOf } from "../../../src/recovery/guard/expectation.ts";
import { applyGuarded } from "../../../src/recovery/steps/apply.ts";
import { StepFailed } from "../../../src/recovery/steps/step.ts";
import { activation } from "../../support/environments.ts";
import { CutOffStack, type Thing } from "../../support/cut-off-stack.ts";
import { memoryAws } from "../../support/memory-aws.ts";
import { FailbackStage, subjectOf } from "../failback/context.ts";

const subject = subjectOf(activation("active"));
const { standby } = subject;
const TAGS = { Project: "shop", Environment: "dr" };

const GROUP = "aws_vpc_security_group_ingress_rule.ingress_https";
const LOGS = "aws_cloudwatch_log_group.database_postgresql_log";
const NETWORK = "aws_vpc.network_vpc";
const RULE = {
  security_group_id: "sg-1",
  ip_protocol: "tcp",
  from_port: 443,
  to_port: 443,
  cidr_ipv4: "0.0.0.0/0",
};
const LOG = { name: "/shop/dr/app", tags_all: TAGS };
const VPC = { cidr_block: "10.30.0.0/16", tags_all: { ...TAGS, Name: "shop-dr" } };
const rule = {
  id: "sgr-1",
  isEgress: false,
  protocol: "tcp",
  fromPort: 443,
  toPort: 443,
  peer: "0.0.0.0/0",
};

/** AWS refuses a second rule and a second log group, and makes as many networks as it is asked for. */
const stackOf = (wanted: CutOffStack["wanted"], things: readonly Thing[]): CutOffStack => {
  const stack = new CutOffStack(wanted, [...things], (type) => {
    if (!stack.things.some((one) => one.type === type)) return undefined;
    if (type === "aws_vpc_security_group_ingress_rule")
      return "authorizing Security Group Rule: api error InvalidPermission.Duplicate: the specified rule exists";
    if (type === "aws_cloudwatch_log_group")
      return "creating Log Group: ResourceAlreadyExistsException: The specified log group already exists";
    return undefined;
  });
  return stack;
};

async function apply(stack: CutOffStack, answers: Partial<RegionalAws> = {}) {
  const stage = new FailbackStage();
  const context = await stage.context({ subject });
  const applying = applyGuarded(
    {
      ...context,
      aws: memoryAws({
        standby: {
          securityGroupRules: async () => [rule],
          taggedIds: async () => stack.things.flatMap(({ type, id }) => (type === "aws_vpc" ? [id] : [])),
          ...answers,
        },
      }),
      terraform: { ...context.terraform, ...stack.terraform() },
    },
    { stack: "dr", expectation: expectationOf(standby, "activate"), expectedMinutes: undefined },
  );
  const result = await applying.catch((error: unknown) => {
    if (error instanceof StepFailed) return error;
    throw error;
  });
  return typeof result === "string"
    ? { evidence: result, failure: undefined, told: stage.told }
    : { evidence: "", failure: result, told: stage.told };
}

describe("an apply that was cut off", () => {
  it("is gone on with by the same command: what AWS has is imported, and the rest is made", async () => {
    const stack = stackOf({ [GROUP]: RULE, [LOGS]: LOG, [NETWORK]: VPC }, [
      { type: "aws_vpc_security_group_ingress_rule", id: "sgr-1", values: RULE },
      { type: "aws_cloudwatch_log_group", id: "/shop/dr/app", values: LOG },
      { type: "aws_vpc", id: "vpc-1", values: VPC },
    ]);
    const { failure } = await apply(stack);
    expect(failure).toBeUndefined();
    expect(Object.fromEntries(stack.state)).toEqual({
      [GROUP]: "sgr-1",
      [LOGS]: "/shop/dr/app",
      [NETWORK]: "vpc-1",
    });
    expect(stack.things).toHaveLength(3);
  });

  it("is not looked for where the state has everything, and nothing is imported", async () => {
    const stack = stackOf({ [GROUP]: RULE }, []);
    const unasked = async () => Promise.reject(new Error("it was asked"));
    const { evidence } = await apply(stack, { securityGroupRules: unasked, taggedIds: unasked });
    expect(stack.applied).toEqual([`create ${GROUP}`]);
    expect(evidence).toBe("dr applied, 1 change");
  });

  it("has left two of a kind: nobody chooses between them but a person", async () => {
    const stack = stackOf({ [NETWORK]: VPC }, [
      { type: "aws_vpc", id: "vpc-1", values: VPC },
      { type: "aws_vpc", id: "vpc-2", values: VPC },
    ]);
    const { failure } = await apply(stack);
    expect(failure?.message).toContain(`2 resources fit ${NETWORK}: vpc-1, vpc-2`);
    expect(failure?.next.slice(1)).toEqual([
      `terraform -chdir=cdktf.out/stacks/dr import ${NETWORK} vpc-1`,
      `terraform -chdir=cdktf.out/stacks/dr import ${NETWORK} vpc-2`,
    ]);
    expect(stack.applied).toEqual([]);
  });

  it("leaves what failed half-way: it is kept, and not replaced", async () => {
    const stack = stackOf({ [LOGS]: LOG }, [
      { type: "aws_cloudwatch_log_group", id: "/shop/dr/app", values: LOG },
    ]);
    stack.state.set(LOGS, "/shop/dr/app");
    stack.tainted.add(LOGS);
    const { failure } = await apply(stack);
    expect(failure).toBeUndefined();
    expect(stack.applied).toEqual([`import ${LOGS}`]);
  });

  it.each([
    ["another environment", { ...TAGS, Environment: "prod" }, "belongs to shop prod"],
    ["another project", { ...TAGS, Project: "till" }, "belongs to till dr"],
    ["a drill", { ...TAGS, Drill: "dr-drill" }, "belongs to shop dr dr-drill"],
  ])("never takes what belongs to %s", async (_, tags, words) => {
    const stack = stackOf({ [LOGS]: LOG }, [
      { type: "aws_cloudwatch_log_group", id: "/shop/dr/app", values: { ...LOG, tags_all: tags } },
    ]);
    const { failure } = await apply(stack);
    expect(failure?.message).toContain(words);
    expect(stack.state.size).toBe(0);
  });

  it("says what else failed before it looks for what is there", async () => {
    const stack = new CutOffStack({ [LOGS]: LOG, [GROUP]: RULE }, [], (type) =>
      type === "aws_cloudwatch_log_group" ? "ResourceAlreadyExistsException: it exists" : "AccessDenied: no",
    );
    const { failure } = await apply(stack);
    expect(failure?.message).toContain("AccessDenied: no");
  });

  it("ends where AWS goes on to refuse what it was told to have", async () => {
    const stack = new CutOffStack({ [LOGS]: LOG }, [], () => "ResourceAlreadyExistsException: it exists");
    const { failure } = await apply(stack);
    expect(failure?.message).toContain("ResourceAlreadyExistsException");
    expect(stack.applied).toEqual([`create ${LOGS}`, `create ${LOGS}`]);
  });

  it("does not wait for a caller who may not look", async () => {
    const stack = stackOf({ [NETWORK]: VPC }, []);
    const { failure, told } = await apply(stack, {
      taggedIds: async () => {
        throw new AwsFailure("denied", "ec2:DescribeTags", "eu-central-1", "AccessDenied");
      },
    });
    expect(failure).toBeUndefined();
    expect(told.join("\n")).toContain("it can't be looked up whether an earlier apply has made aws_vpc");
    expect([...stack.state.keys()]).toEqual([NETWORK]);
  });
});

describe("what AWS has of a drill's copy, and its state lacks", () => {
  const TAGGED = { ...TAGS, Drill: "dr-drill" };
  const COPY = { ...LOG, tags_all: TAGGED };

  const everything = async (stack: CutOffStack) => {
    const context = await new FailbackStage().context({ subject });
    return everythingOf(
      {
        ...context,
        aws: memoryAws({
          standby: { securityGroupRules: async () => [rule], taggedIds: async () => ["vpc-1", "vpc-2"] },
        }),
        terraform: { ...context.terraform, ...stack.terraform() },
      },
      { stack: "dr-drill", expectation: expectationOf(standby, "drill") },
    );
  };

  it("is found, one of several that fit, and without what is not there", async () => {
    const absent = "aws_cloudwatch_log_group.absent";
    const tagged = { ...VPC, tags_all: { ...TAGGED, Name: "shop-dr-drill" } };
    const stack = stackOf({ [NETWORK]: tagged, [LOGS]: COPY, [GROUP]: RULE, [absent]: { name: "/none" } }, [
      { type: "aws_vpc", id: "vpc-1", values: tagged },
      { type: "aws_vpc", id: "vpc-2", values: tagged },
      { type: "aws_cloudwatch_log_group", id: "/shop/dr/app", values: COPY },
      { type: "aws_vpc_security_group_ingress_rule", id: "sgr-1", values: RULE },
    ]);
    expect(await everything(stack)).toEqual([
      { address: NETWORK, id: "vpc-1" },
      { address: LOGS, id: "/shop/dr/app" },
      { address: GROUP, id: "sgr-1" },
    ]);
    expect(stack.applied).toEqual([]);
  });

  it.each([
    ["of the standby", TAGS],
    ["of another drill", { ...TAGS, Drill: "other-drill" }],
    ["without tags", {}],
  ])("is not what is %s", async (_, tags) => {
    const stack = stackOf({ [LOGS]: COPY }, [
      { type: "aws_cloudwatch_log_group", id: "/shop/dr/app", values: { ...LOG, tags_all: tags } },
    ]);
    expect(await everything(stack)).toEqual([]);
  });
});
