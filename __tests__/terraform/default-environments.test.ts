import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { titled } from "./support/machine.ts";
import { type Plan, planned, referringTo } from "./support/plan.ts";
import { synth } from "./support/synth.ts";
import { planChanges, planStack, validateStack } from "./support/terraform.ts";

const STACKS = ["bootstrap", "dev", "prod", "dr"] as const;

const machine = inject("machine");
const outdir = mkdtempSync(join(tmpdir(), "pilot-light-default-"));
const directoryOf = (stack: string): string => join(outdir, "stacks", stack);

beforeAll(async () => {
  const { exitCode, stderr } = await synth({ outdir });
  if (exitCode !== 0) throw new Error(stderr);
});
afterAll(() => {
  rmSync(outdir, { recursive: true, force: true });
});

describe.skipIf(machine.cannotValidate.length > 0)(
  titled("terraform validate", machine.cannotValidate),
  () => {
    it.each(STACKS)("accepts %s", async (stack) => {
      await expect(validateStack(directoryOf(stack), machine.env)).resolves.toMatchObject({ valid: true });
    });
  },
);

describe.skipIf(machine.cannotPlan.length > 0)(titled("terraform plan", machine.cannotPlan), () => {
  it.each(["bootstrap", "dev", "prod"])("creates everything of %s and destroys nothing", async (stack) => {
    const changes = await planChanges(directoryOf(stack), machine.env);
    expect(changes).toMatchObject({ change: 0, destroy: 0 });
    expect(changes.add).toBeGreaterThan(10);
  });

  describe("dr", () => {
    let plan: Plan;
    beforeAll(async () => {
      plan = await planStack(directoryOf("dr"), machine.env);
    });

    it("lets nobody in from outside the VPC", () => {
      const rules = [...planned(plan, "aws_vpc_security_group_ingress_rule").values()];
      expect(rules.length).toBeGreaterThan(0);
      for (const rule of rules) {
        expect(rule).toMatchObject({ cidr_ipv4: null, cidr_ipv6: null, prefix_list_id: null });
      }
      expect(planned(plan, "aws_security_group_rule")).toEqual(new Map());
      const [database] = planned(plan, "aws_db_instance").values();
      expect(database).toMatchObject({ publicly_accessible: false });
    });

    it("runs no task, behind a target group that a listener serves (T1)", () => {
      const [[address, service] = ["", {}]] = planned(plan, "aws_ecs_service");
      expect(service).toMatchObject({ desired_count: 0 });
      const [[targets] = [""]] = planned(plan, "aws_lb_target_group");
      expect(referringTo(plan, targets, "aws_ecs_service")).toEqual([address]);
      const listeners = referringTo(plan, targets, "aws_lb_listener");
      expect(listeners).toHaveLength(1);
      const { depends_on: waitsFor } = plan.configuration.root_module.resources.find(
        (one) => one.address === address,
      ) ?? { depends_on: [] };
      expect(waitsFor).toEqual(expect.arrayContaining([...listeners]));
    });

    it("keeps one small database in one zone", () => {
      const databases = [...planned(plan, "aws_db_instance").values()];
      expect(databases).toMatchObject([{ multi_az: false, instance_class: "db.t4g.micro" }]);
    });

    it("goes out through one NAT gateway", () => {
      expect(planned(plan, "aws_nat_gateway").size).toBe(1);
    });

    it("owns a repository of prod's name, which replication will look for (T2)", () => {
      const repositories = [...planned(plan, "aws_ecr_repository").values()];
      expect(repositories).toMatchObject([{ name: "shop-prod", image_tag_mutability: "IMMUTABLE" }]);
    });
  });
});
