import { z } from "zod";
import { callRecordSchema, type CallFilter, type CallRecord } from "./gateway/call-log.ts";
import type { DatabaseDurations } from "./emulations/rds/lengthy-changes.ts";
import type { DelaysInput } from "./emulations/replication/delays.ts";
import type { TargetHealthInput } from "./emulations/route53/target-health.ts";
import { CONTROL_PREFIX } from "./gateway/control.ts";
import { faultsSchema, type Faults, type FaultsInput } from "./gateway/faults.ts";

const clockSchema = z.object({
  now: z.coerce.date(),
  pending: z.array(z.object({ name: z.string(), at: z.coerce.date() })),
});

export type ClockState = z.output<typeof clockSchema>;

const answerSchema = z.object({
  setIdentifier: z.string().optional(),
  failover: z.string().optional(),
  aliasTarget: z.string().optional(),
  records: z.array(z.string()),
  ttlSeconds: z.number(),
});
const resolutionSchema = z.object({
  answer: answerSchema.nullable(),
  since: z.coerce.date(),
  cached: z.object({ answer: answerSchema, until: z.coerce.date() }).nullable(),
});

const databaseChangesSchema = z.object({
  changes: z.array(
    z.object({
      region: z.string(),
      identifier: z.string(),
      change: z.string(),
      from: z.coerce.date(),
      until: z.coerce.date(),
    }),
  ),
});

export type DatabaseChange = z.output<typeof databaseChangesSchema>["changes"][number];

export type DnsResolution = z.output<typeof resolutionSchema>;

/** Steers a running sandbox, in this process or in another one. */
export class SandboxClient {
  private readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** Back to an empty account, the time of its start, no faults and an empty call log. */
  async reset(): Promise<void> {
    await this.send("POST", "/reset");
  }

  async calls(filter: CallFilter = {}): Promise<CallRecord[]> {
    const query = new URLSearchParams();
    Object.entries(filter).forEach(([name, value]) => query.set(name, String(value)));
    const answer = z
      .object({ calls: z.array(callRecordSchema) })
      .parse(await this.send("GET", `/calls?${query.toString()}`));
    return answer.calls;
  }

  async clearCalls(): Promise<void> {
    await this.send("DELETE", "/calls");
  }

  /** Replaces whatever faults there were. */
  async setFaults(faults: FaultsInput): Promise<Faults> {
    return faultsSchema.parse(await this.send("PUT", "/faults", faults));
  }

  async faults(): Promise<Faults> {
    return faultsSchema.parse(await this.send("GET", "/faults"));
  }

  async clearFaults(): Promise<void> {
    await this.send("DELETE", "/faults");
  }

  async clock(): Promise<ClockState> {
    return clockSchema.parse(await this.send("GET", "/clock"));
  }

  /** Moves time forward; everything that falls due on the way has happened when this resolves. */
  async advance(advanceMs: number): Promise<ClockState> {
    return clockSchema.parse(await this.send("POST", "/clock", { advanceMs }));
  }

  /** How long replicas take from now on. */
  async setReplicationDelays(delays: DelaysInput): Promise<void> {
    await this.send("PUT", "/replication", delays);
  }

  /** How long deletions of databases and conversions to Multi-AZ take from now on. */
  async setDatabaseDurations(durations: DatabaseDurations): Promise<void> {
    await this.send("PUT", "/database-durations", durations);
  }

  /** Deletions of databases and conversions to Multi-AZ, oldest first, those that have ended too. */
  async databaseChanges(): Promise<readonly DatabaseChange[]> {
    return databaseChangesSchema.parse(await this.send("GET", "/database-changes")).changes;
  }

  /** Says what the targets of a group are like; null lets the sandbox decide again. */
  async setTargetHealth(health: TargetHealthInput): Promise<void> {
    await this.send("PUT", "/target-health", health);
  }

  /** What Route 53's name servers answer now, and what resolvers may still hold. */
  async resolve(name: string, type = "A"): Promise<DnsResolution> {
    const query = new URLSearchParams({ name, type });
    return resolutionSchema.parse(await this.send("GET", `/dns?${query.toString()}`));
  }

  private async send(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.url}${CONTROL_PREFIX}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) {
      const answer = z.object({ message: z.string() }).safeParse(parse(text));
      throw new Error(
        answer.success ? answer.data.message : `the sandbox answered ${response.status}: ${text}`,
      );
    }
    return parse(text);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
