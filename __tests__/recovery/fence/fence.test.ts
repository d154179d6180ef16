import { describe, expect, it } from "vitest";
import { AwsFailure } from "../../../src/aws/failure.ts";
import type { RegionalAws } from "../../../src/aws/port.ts";
import type { ServiceSpec } from "../../../src/config/spec.ts";
import { fence, fenceCalls, unfence } from "../../../src/recovery/fence/fence.ts";
import { isIngressFenced } from "../../../src/recovery/fence/ingress.ts";
import { capacityOf } from "../../../src/recovery/steps/capacity.ts";
import { exampleConfigurator } from "../../support/examples.ts";
import { inquire } from "../../support/inquiry.ts";
import { memoryAws, silentRegion } from "../../support/memory-aws.ts";
import { MemoryService } from "../../support/memory-service.ts";
import { specsOf } from "../../../src/config/spec.ts";

const { primary } = inquire().subject;

const regionWith = (service: MemoryService, more: Partial<RegionalAws> = {}): RegionalAws =>
  memoryAws({ primary: { ...service.questions(), ...more } }).in("eu-west-1");

const summary = async (spec: ServiceSpec, aws: RegionalAws) =>
  (await fence(spec, aws)).map(({ part, outcome, evidence }) => `${part} ${outcome}: ${evidence}`);

const specOf = async (example: string): Promise<ServiceSpec> => {
  const spec = specsOf((await exampleConfigurator(example))()).services.find(({ name }) => name === "prod");
  if (spec === undefined) throw new Error(`no prod in ${example}`);
  return spec;
};

describe("a fence", () => {
  it("keeps everybody out and stops what runs, with scaling held before the count goes down (T43)", async () => {
    const service = new MemoryService();
    const aws = regionWith(service);
    expect(await summary(primary, aws)).toEqual([
      "ingress held: shop-prod-alb moved from sg-alb into the empty security group",
      "compute held: shop-prod-app goes from 3 tasks to 0, its automatic scaling is suspended",
    ]);
    expect(await capacityOf(primary, aws)).toMatchObject({ desired: 0, running: 0 });
    expect(await isIngressFenced(primary, aws)).toBe(true);
    expect(service.changes.filter((change) => !change.startsWith("groups"))).toEqual(["suspend", "count 0"]);
  });

  it("changes nothing when it is there, since a second registration would start tasks", async () => {
    const service = new MemoryService();
    await fence(primary, regionWith(service));
    const before = [...service.changes];
    expect(await summary(primary, regionWith(service))).toEqual([
      "ingress held: shop-prod-alb is in the empty security group already",
      "compute held: shop-prod-app is at 0 tasks, 0 still run, its automatic scaling is suspended",
    ]);
    expect([service.changes, service.count]).toEqual([before, 0]);
  });

  it("is completed after a kill between any two of its calls", async () => {
    for (const calls of [1, 2, 3]) {
      const service = new MemoryService();
      await fence(primary, dyingAfter(calls, service)).catch(() => undefined);
      await fence(primary, regionWith(service));
      expect([service.count, service.scaling?.suspended, service.groupIds]).toEqual([
        0,
        true,
        ["sg-default"],
      ]);
    }
  });

  it("is taken back to what the file says, and leaves nothing behind", async () => {
    const service = new MemoryService();
    const aws = regionWith(service);
    await fence(primary, aws);
    expect(await unfence(primary, aws)).toBe(
      "shop-prod-app goes to 3 tasks, its automatic scaling works; shop-prod-alb moved back into its own security group",
    );
    expect([service.count, service.scaling, service.groupIds]).toEqual([
      3,
      { min: 3, max: 12, suspended: false },
      ["sg-alb"],
    ]);
    const changes = service.changes.length;
    await unfence(primary, aws);
    expect(service.changes.length).toBe(changes);
  });

  it("does not take tasks away that scaling has added since", async () => {
    const service = new MemoryService({ count: 7 });
    await unfence(primary, regionWith(service));
    expect(service.count).toBe(7);
  });

  it("stops a service that nothing scales", async () => {
    const service = new MemoryService({ autoscaled: false });
    expect((await summary(primary, regionWith(service)))[1]).toBe(
      "compute held: shop-prod-app goes from 3 tasks to 0, nothing scales it",
    );
    expect(service.changes).toEqual(expect.arrayContaining(["count 0"]));
    expect(service.changes).not.toContain("suspend");
  });

  it("says loudly what is impossible, and what to do, while the other part is done (T43)", async () => {
    const service = new MemoryService();
    const denied = async (): Promise<never> => {
      throw new AwsFailure("denied", "elasticloadbalancing:SetSecurityGroups", "eu-west-1", "AccessDenied");
    };
    const [ingress, compute] = await fence(primary, regionWith(service, { setLoadBalancerGroups: denied }));
    expect(ingress).toMatchObject({
      outcome: "impossible",
      evidence: "elasticloadbalancing:SetSecurityGroups in eu-west-1: AccessDenied",
    });
    expect(ingress?.remedy).toContain("aws elbv2 set-security-groups --region eu-west-1");
    expect([compute?.outcome, service.count]).toEqual(["held", 0]);
    const gone = await fence(primary, silentRegion("eu-west-1", "unreachable"));
    expect(gone.map(({ outcome }) => outcome)).toEqual(["impossible", "impossible"]);
    for (const { remedy } of gone) expect(remedy).toMatch(/^# as soon as the region answers/);
  });

  it("does not take a default group for a closed one when somebody has opened it", async () => {
    const service = new MemoryService();
    service.groups = service.groups.map((one) =>
      one.name === "default" ? { ...one, admits: ["10.0.0.0/8"] } : one,
    );
    const [ingress] = await fence(primary, regionWith(service));
    expect(ingress).toMatchObject({
      outcome: "impossible",
      evidence: "the VPC's default security group is not empty: it admits 10.0.0.0/8",
    });
    expect(service.groupIds).toEqual(["sg-alb"]);
  });

  it("names what it calls, all of it in the region of the environment", () => {
    const { region, actions } = fenceCalls(primary);
    expect(region).toBe("eu-west-1");
    expect(actions).toEqual(
      expect.arrayContaining(["ecs:UpdateService", "elasticloadbalancing:SetSecurityGroups"]),
    );
    expect(actions.some((action) => action.startsWith("iam:") || action.startsWith("route53:"))).toBe(false);
  });
});

describe("a fence around nodes", () => {
  it("takes a node group to 0, and gives it back the sizes of the file", async () => {
    const spec = await specOf("eks");
    const service = new MemoryService();
    const aws = regionWith(service);
    await fence(spec, aws);
    expect([...service.sizes.values()]).toEqual([{ min: 0, desired: 0, max: 1 }]);
    await unfence(spec, aws);
    const [sizes] = service.sizes.values();
    expect(sizes?.min).toBeGreaterThan(0);
  });
});

/** A region whose process dies with a certain change. */
function dyingAfter(calls: number, service: MemoryService): RegionalAws {
  let left = calls;
  const questions = service.questions();
  const dying =
    <Args extends readonly unknown[]>(change: (...args: Args) => Promise<void>) =>
    async (...args: Args): Promise<void> => {
      left -= 1;
      if (left < 0) throw new Error("killed");
      await change(...args);
    };
  return regionWith(service, {
    suspendTaskScaling: dying((...args) => questions.suspendTaskScaling(...args)),
    setTaskCount: dying((...args) => questions.setTaskCount(...args)),
    setLoadBalancerGroups: dying((...args) => questions.setLoadBalancerGroups(...args)),
  });
}
