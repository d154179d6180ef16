import { beforeEach, describe, expect, it } from "vitest";
import type { NameLookup } from "../../src/recovery/dns/lookup.ts";
import { activation } from "../support/environments.ts";
import { healthyObjects, STANDBY_BUCKET } from "../support/memory-aws.ts";
import { loadBalancer, MemoryService } from "../support/memory-service.ts";
import { cli } from "../support/recovery-cli.ts";
import { Stage, type StageSettings } from "../support/recovery-stage.ts";
import { sideThat, withRun } from "../support/situations.ts";
import { bothRegions } from "../support/stage-answers.ts";

const NAME = "shop.example.com";
const PROD_ALB = "shop-prod-alb-1.eu-west-1.elb.amazonaws.com";
const DR_ALB = loadBalancer.dnsName;
const UNNAMED = { traffic: undefined };
const NAMED = { traffic: undefined, prod: { ingress: { userNames: [NAME] } } };
const common = ["--execute", "--confirm", "dr", "--reason", "the primary region does not answer"];
const FAILOVER = ["failover", ...common];
const ROLLBACK = ["rollback", ...common];

const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  [PROD_ALB]: ["10.1.0.1"],
  [DR_ALB]: ["10.2.0.1"],
};
/** What DNS answers while users' name leads to a side. */
const leadingTo = (side: () => string, ttlSeconds = 60): NameLookup => ({
  addresses: async (name) => ({ addresses: ADDRESSES[name === NAME ? side() : name] ?? [], ttlSeconds }),
});

/** Both sides, the primary with a load balancer of its own. */
function pair(): StageSettings {
  const primary = new MemoryService({ prefix: "shop-prod" });
  const both = bothRegions(primary, new MemoryService({ prefix: "shop-dr" }));
  const own = {
    loadBalancer: async () => ({ ...loadBalancer, dnsName: PROD_ALB, securityGroupIds: primary.groupIds }),
  };
  return { answers: { ...both.answers, primary: { ...both.answers?.primary, ...own } } };
}

describe("a failover where DNS is changed elsewhere", () => {
  it("says beforehand which name must lead where", async () => {
    const { output } = await new Stage({ changes: NAMED }).dr(["failover"]);
    expect(output).toContain(
      `! DNS is changed elsewhere: ${NAME} must lead to ${DR_ALB} in eu-central-1 (CNAME, or alias A with hosted zone id Z215JYRZR1TBD5)`,
    );
  });

  it("stops without a terminal to confirm the DNS change, and resumes with --dns-moved", async () => {
    const stage = new Stage({ changes: UNNAMED });
    const waiting = await stage.dr(FAILOVER);
    expect(waiting.exitCode).toBe(1);
    expect(waiting.output).toContain(
      `failover failed at cut-over: waiting for DNS: the users' name must lead to ${DR_ALB} in eu-central-1`,
    );
    expect(waiting.output).toContain("npm run dr -- failover --environment dr --dns-moved --execute");
    // The standby is open: the way on is the failover itself, and where users are led was not seen.
    expect(waiting.output).toContain("which was not seen");
    expect(waiting.output).not.toContain("users are led to dr");
    expect(waiting.output).not.toContain("dr -- rollback --environment dr --execute");
    expect((await stage.dr(["status"])).output).toContain("waiting for DNS: the users' name must lead to");
    const done = await stage.dr([...FAILOVER, "--dns-moved"]);
    expect(done.exitCode).toBe(0);
    expect(done.output).toContain("restore-database: done before");
    expect(done.output).toContain(
      "  DNS is changed elsewhere: --dns-moved says that the users' name leads to dr; no file says by which names users come; ",
    );
    expect(done.output).toContain("without the change of DNS");
  });

  it.each([
    ["dr", 0],
    ["yes", 1],
  ])("asks at a terminal, where %s is typed", async (types, exitCode) => {
    const stage = new Stage({ changes: UNNAMED, types });
    expect((await stage.dr(FAILOVER)).exitCode).toBe(exitCode);
  });

  it("asks DNS for users' names until they lead to dr, and counts that time", async () => {
    const stage = new Stage({ changes: NAMED });
    const movesAt = stage.clock + 20 * 60_000;
    const dns = leadingTo(() => (stage.clock < movesAt ? PROD_ALB : DR_ALB));
    const { exitCode, output } = await stage.dr([...FAILOVER, "--json"], { ...pair(), dns });
    expect(exitCode).toBe(0);
    expect(stage.clock).toBeGreaterThanOrEqual(movesAt);
    expect(JSON.parse(output)).toMatchObject({ outcome: "done", rtoIncludesDns: true });
  });

  it("does not believe what DNS contradicts, unless a reason says why", async () => {
    const stage = new Stage({ changes: NAMED });
    const dns = leadingTo(() => PROD_ALB);
    const refused = await stage.dr([...FAILOVER, "--dns-moved"], { ...pair(), dns });
    expect(refused.exitCode).toBe(1);
    expect(refused.output).toContain(
      `for DNS: ${NAME} must lead to dr after 1 h: ${NAME} leads to prod, ${PROD_ALB}`,
    );
    const why = ["--dns-moved", "--despite", "this laptop is on a network with a zone of its own"];
    expect((await stage.dr([...FAILOVER, ...why], { ...pair(), dns })).exitCode).toBe(0);
  });
});

describe("a rollback where DNS is changed elsewhere", () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = new Stage({ changes: NAMED });
    const dns = leadingTo(() => DR_ALB);
    await stage.dr(FAILOVER, { ...pair(), dns });
  });

  it("never closes dr while users are led there", async () => {
    const dns = leadingTo(() => DR_ALB);
    const { exitCode, output } = await stage.dr([...ROLLBACK, "--dns-moved"], { ...pair(), dns });
    expect(exitCode).toBe(1);
    expect(output).toContain("rollback failed at dns-back: gave up waiting for DNS: ");
    expect(output).not.toContain("] close-standby");
    expect(stage.record()?.posture).toBe("active");
  });

  it("closes dr when they are led back and resolvers have forgotten the old answer", async () => {
    const movesAt = stage.clock + 10 * 60_000;
    const dns = leadingTo(() => (stage.clock < movesAt ? DR_ALB : PROD_ALB), 900);
    const { exitCode, output } = await stage.dr(ROLLBACK, { ...pair(), dns });
    expect(exitCode).toBe(0);
    expect(stage.clock - movesAt).toBeGreaterThanOrEqual(900_000);
    expect(output).toContain(`${NAME} must lead to ${PROD_ALB} in eu-west-1`);
    expect(output).toContain("  no name may lead to dr any more\n");
    expect(stage.record()?.posture).toBe("restored");
  });
});

it("does not ask for users of a standby that was never open", async () => {
  const stage = new Stage({ changes: { ...UNNAMED, ...activation("restored") } });
  const { exitCode, output } = await stage.dr(ROLLBACK, pair());
  expect(output).toContain(
    "dns-back: done in 0 s: dr is closed to users: there is no DNS change to wait for",
  );
  expect(exitCode).toBe(0);
});

describe.each([
  ["failover", "cut-over", "dr"],
  ["rollback", "dns-back", "prod"],
  ["failback", "cut-back", "prod"],
] as const)("status of a %s that waits", (verb, step, target) => {
  it("names the step, the record and the target", async () => {
    const objects = withRun({ verb, steps: [[step, 12]], silentMinutes: 0 }, healthyObjects());
    objects.put(STANDBY_BUCKET, {
      "shop/dr/recovery/activation.json": activation("active")["dr.activation"],
    });
    const answers = { objects, primary: sideThat("serves", "shop-prod", "shop-prod-database") };
    const { output } = await cli(["status"], { changes: { ...NAMED, ...activation("active") }, answers });
    expect(output).toContain(
      `a ${verb} is running, waiting for DNS: ${NAME} must lead to ${target}: step ${step} since`,
    );
    expect(output).toContain(`${step}: waiting for DNS, ${NAME} must lead to ${target}, since`);
  });
});
