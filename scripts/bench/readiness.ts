import { setTimeout as delay } from "node:timers/promises";
import { memoryAws, NOW } from "../../__tests__/support/memory-aws.ts";
import type { Aws } from "../../src/aws/port.ts";
import { loadConfiguration } from "../../src/config/load.ts";
import { CHECKS } from "../../src/recovery/checks/all.ts";
import { readHistory } from "../../src/recovery/journal/history.ts";
import { journalPlace } from "../../src/recovery/journal/place.ts";
import { readRecordInForce } from "../../src/recovery/record-in-force.ts";
import { checkReadiness } from "../../src/recovery/readiness.ts";
import { chooseSubject } from "../../src/recovery/subject.ts";
import { toolchain } from "../../src/toolchain/toolchain.ts";
import { atMost, type Figure, number } from "./figures.ts";

/** From one continent to another, and AWS's own time to answer. */
const LATENCY_MS = 200;
const TIMEOUT_MS = 15_000;
const ENVIRONMENTS = "examples/traffic-operator";

/** Readiness of a pair with everything on, in an AWS of which each answer takes its time. */
export async function readinessFigures(): Promise<readonly Figure[]> {
  const questions = { count: 0 };
  const aws = slow(memoryAws(), questions);
  const configuration = await loadConfiguration(ENVIRONMENTS);
  const subject = chooseSubject(configuration, ENVIRONMENTS);
  const { project, primary, standby } = subject;
  const place = journalPlace(project, standby.name, standby.state, "/nonexistent");
  const startedAt = performance.now();
  const { results } = await checkReadiness(
    CHECKS,
    {
      subject,
      aws,
      standby: aws.in(standby.region),
      primary: aws.in(primary.region),
      now: NOW,
      place,
      ownRecord: undefined,
      doubt: async () => undefined,
      recordInForce: () => readRecordInForce(place, aws.in(place.region)),
      history: () => readHistory(place, aws.in(place.region)),
      tools: async () => ({ binary: "terraform", version: toolchain().terraform, hasProvider: true }),
      drift: undefined,
    },
    TIMEOUT_MS,
  );
  const seconds = (performance.now() - startedAt) / 1000;
  const oneByOne = (questions.count * LATENCY_MS) / 1000;
  return [
    {
      what: `readiness, ${results.length} checks, ${questions.count} questions of ${LATENCY_MS} ms each`,
      sample: { seconds, cpuSeconds: undefined, memoryMiB: undefined },
      ratio: `${number(oneByOne / seconds)} x as fast as one question after the other (${number(oneByOne)} s)`,
      targets: [atMost(seconds, 20, "s")],
    },
  ];
}

/** The same AWS, each answer after some time, counted. */
function slow(aws: Aws, questions: { count: number }): Aws {
  const wrap = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, name, receiver) {
        const member: unknown = Reflect.get(target, name, receiver);
        if (typeof member !== "function") return member;
        return async (...args: readonly unknown[]) => {
          questions.count += 1;
          await delay(LATENCY_MS);
          const answer: unknown = await Reflect.apply(member, target, [...args]);
          return answer;
        };
      },
    });
  return { in: (region) => wrap(aws.in(region)), dns: wrap(aws.dns) };
}
