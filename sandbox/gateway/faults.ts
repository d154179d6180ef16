import { z } from "zod";
import type { Call } from "./call.ts";
import { GLOBAL_REGION, GLOBAL_SERVICES } from "./identify.ts";
import type { ErrorDetails } from "./reply.ts";

const target = {
  service: z.string().min(1).describe("signing name, such as rds"),
  region: z.string().min(1).optional().describe("every region when left out"),
  action: z.string().min(1).optional().describe("every action when left out"),
};

/** What is broken, as a whole: setting faults replaces the ones before. */
export const faultsSchema = z.strictObject({
  /** Connections for these regions are reset. With us-east-1 the global control planes go too (T36). */
  regionsDown: z
    .array(z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "expected a region such as eu-west-1"))
    .default([]),
  /** IAM, Route 53's API, Budgets, CloudFront, changes of S3 bucket configuration and STS's global endpoint are reset (T36, T44). */
  globalControlPlanesDown: z.boolean().default(false),
  throttled: z.array(z.strictObject(target)).default([]),
  slow: z.array(z.strictObject({ ...target, delayMs: z.int().min(1).max(600_000) })).default([]),
  /** Counted down by each call that it answers. */
  failing: z
    .array(
      z.strictObject({
        ...target,
        times: z.int().min(1),
        code: z.string().min(1).default("InternalFailure"),
        message: z.string().default("the sandbox was told to fail this call"),
        status: z.int().min(400).max(599).default(500),
      }),
    )
    .default([]),
});

export type Faults = z.output<typeof faultsSchema>;
export type FaultsInput = z.input<typeof faultsSchema>;

/** What becomes of a call. */
export type Verdict =
  | { readonly kind: "none" }
  | { readonly kind: "reset"; readonly fault: string }
  | { readonly kind: "error"; readonly fault: string; readonly error: ErrorDetails }
  | { readonly kind: "delay"; readonly fault: string; readonly delayMs: number };

type Target = Pick<Call, "service" | "region" | "action" | "protocol">;

/** Reads of bucket configuration are answered in the bucket's region; changes go through us-east-1 (T33). */
const BUCKET_CHANGE = /^(Create|Delete|Put)(Bucket|PublicAccessBlock|ObjectLockConfiguration)/;

export const isGlobalControlPlane = (call: Target): boolean =>
  GLOBAL_SERVICES.has(call.service) ||
  call.service === "s3-control" ||
  (call.service === "s3" && BUCKET_CHANGE.test(call.action)) ||
  (call.service === "sts" && call.region === GLOBAL_REGION);

const matches = (
  fault: { service: string; region?: string | undefined; action?: string | undefined },
  call: Target,
) =>
  fault.service === call.service &&
  (fault.region ?? call.region) === call.region &&
  (fault.action ?? call.action) === call.action;

export class FaultBoard {
  private faults: Faults = faultsSchema.parse({});

  current(): Faults {
    return this.faults;
  }

  set(faults: Faults): void {
    this.faults = faults;
  }

  clear(): void {
    this.faults = faultsSchema.parse({});
  }

  isDown(region: string): boolean {
    return this.faults.regionsDown.includes(region);
  }

  /** `homeRegion` is where the thing lives, if that can differ from the region the caller signed for: S3 buckets. */
  judge(call: Target, homeRegion: string): Verdict {
    const down = [call.region, homeRegion].find((region) => this.isDown(region));
    if (down !== undefined) {
      return { kind: "reset", fault: `${down} is down` };
    }
    if ((this.faults.globalControlPlanesDown || this.isDown(GLOBAL_REGION)) && isGlobalControlPlane(call)) {
      return { kind: "reset", fault: "global control planes are down" };
    }
    const failing = this.faults.failing.find((fault) => matches(fault, call));
    if (failing !== undefined) {
      this.countDown(failing);
      return { kind: "error", fault: `failing with ${failing.code}`, error: failing };
    }
    if (this.faults.throttled.some((fault) => matches(fault, call))) {
      return { kind: "error", fault: "throttled", error: throttling(call) };
    }
    const slow = this.faults.slow.find((fault) => matches(fault, call));
    return slow === undefined
      ? { kind: "none" }
      : { kind: "delay", fault: `slow by ${slow.delayMs} ms`, delayMs: slow.delayMs };
  }

  private countDown(failing: Faults["failing"][number]): void {
    const left = this.faults.failing.flatMap((fault) =>
      fault === failing ? (fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : []) : [fault],
    );
    this.faults = { ...this.faults, failing: left };
  }
}

/** Each protocol has its own word for it, and SDKs retry on that word. */
function throttling(call: Target): ErrorDetails {
  if (call.service === "s3") {
    return { code: "SlowDown", message: "Please reduce your request rate.", status: 503 };
  }
  const message = "Rate exceeded";
  switch (call.protocol) {
    case "ec2":
      return { code: "RequestLimitExceeded", message: "Request limit exceeded.", status: 503 };
    case "query":
    case "rest-xml":
      return { code: "Throttling", message, status: 400 };
    case "json":
    case "rest-json":
    case "cbor":
    default:
      return { code: "ThrottlingException", message, status: 400 };
  }
}
