import { describe, expect, it } from "vitest";
import type { Alarm } from "../../../src/aws/fencing.ts";
import type { RegionalAws } from "../../../src/aws/port.ts";
import type { Http, HttpRequest } from "../../../src/recovery/http.ts";
import { validateService } from "../../../src/recovery/validation/validate.ts";
import { activation, type Changes, merge } from "../../support/environments.ts";
import { inquire } from "../../support/inquiry.ts";

const DEEP: Changes = { prod: { ingress: { healthCheck: { deepPath: "/health/database" } } } };

const alarm = (name: string, state: string): Alarm => ({
  name,
  state,
  reason: `${state} since noon`,
  since: undefined,
  enabled: true,
});

const GREEN = [alarm("shop-dr-unhealthy-hosts", "OK"), alarm("shop-dr-database-cpu", "INSUFFICIENT_DATA")];

/** A service that answers each path so; what is not named does not answer. */
const service = (answers: Readonly<Record<string, number>>) => {
  const asked: HttpRequest[] = [];
  const http: Http = {
    async get(request) {
      asked.push(request);
      const status = answers[request.path];
      if (status === undefined) throw new Error("did not answer within 10 s");
      return { status, text: "" };
    },
  };
  return { http, asked };
};

async function validate(
  http: Http,
  {
    alarms = GREEN,
    changes = {},
    ...more
  }: Pick<Partial<RegionalAws>, "loadBalancer"> & {
    readonly alarms?: readonly Alarm[];
    readonly changes?: Changes;
  } = {},
) {
  const { subject, standby } = inquire(merge(activation("active"), changes), {
    standby: { alarms: async () => alarms, ...more },
  });
  const { valid, proofs } = await validateService({
    spec: subject.standby,
    aws: standby,
    http,
    userName: "shop.example.com",
  });
  const lines = proofs.map(
    ({ id, outcome, evidence }) => `${id} ${outcome}: ${evidence.replace(/\d+ ms/, "N ms")}`,
  );
  return { valid, lines, remedies: proofs.map(({ remedy }) => remedy) };
}

describe("a validation", () => {
  it("asks the load balancer for the name by which users come, on both paths", async () => {
    const { http, asked } = service({ "/health": 200, "/health/database": 204 });
    expect(await validate(http, { changes: DEEP })).toMatchObject({
      valid: true,
      lines: [
        "smoke holds: https://shop.example.com/health answers 200 in N ms",
        expect.stringMatching(
          /^database holds: shop-dr-database-[0-9a-f]{8} is available, https:\/\/shop\.example\.com\/health\/database answers 204 in N ms$/,
        ),
        "alarms holds: none of 2 alarms is on, 1 have no data yet",
      ],
    });
    for (const request of asked)
      expect(request).toMatchObject({
        protocol: "https",
        connectTo: "shop-dr-alb-1.eu-central-1.elb.amazonaws.com",
        serverName: "shop.example.com",
      });
  });

  it("does not call a database reachable that nobody has asked for", async () => {
    const { valid, lines, remedies } = await validate(service({ "/health": 200 }).http);
    expect([valid, lines[1]]).toEqual([
      true,
      expect.stringMatching(
        /^database unproven: shop-dr-database-[0-9a-f]{8} is available, no path is known that answers only while the service can use its database$/,
      ),
    ]);
    expect(remedies[1]).toContain("ingress.healthCheck.deepPath");
  });

  it.each([
    [{ "/health": 503, "/health/database": 200 }, "https://shop.example.com/health answers 503"],
    [{ "/health": 302, "/health/database": 200 }, "https://shop.example.com/health answers 302"],
    [{ "/health": 200, "/health/database": 500 }, "https://shop.example.com/health/database answers 500"],
    [{ "/health": 200 }, "https://shop.example.com/health/database did not answer within 10 s"],
  ])("fails when the service answers %j", async (answers, expected) => {
    const { valid, lines, remedies } = await validate(service(answers).http, { changes: DEEP });
    expect(valid).toBe(false);
    const index = lines.findIndex((line) => line.includes(" fails: ") && line.includes(expected));
    expect(lines[index]).toContain(expected);
    expect(remedies[index]).toMatch(/^curl --verbose --connect-to shop\.example\.com:443:/);
  });

  it("fails while an alarm is on, unless it waits for the first copy of a backup", async () => {
    const { http } = service({ "/health": 200 });
    const slow = alarm("shop-dr-missing-copy", "ALARM");
    expect(await validate(http, { alarms: [...GREEN, slow] })).toMatchObject({ valid: true });
    const on = alarm("shop-dr-target-5xx", "ALARM");
    const ringing = await validate(http, { alarms: [...GREEN, on] });
    expect([ringing.valid, ringing.lines[2]]).toEqual([
      false,
      "alarms fails: shop-dr-target-5xx: ALARM since noon",
    ]);
    const none = await validate(http, { alarms: [] });
    expect([none.valid, none.lines[2]]).toEqual([false, "alarms fails: there is no alarm"]);
  });

  it("fails without a load balancer, whatever anybody answers", async () => {
    const { http, asked } = service({ "/health": 200 });
    const found = await validate(http, { loadBalancer: async () => undefined });
    expect([found.valid, asked]).toEqual([false, []]);
    expect(found.lines[0]).toBe("smoke fails: no load balancer shop-dr-alb in eu-central-1");
  });
});
