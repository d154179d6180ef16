import { z } from "zod";

/** A call as tests query it. */
export const callRecordSchema = z.object({
  id: z.number(),
  /** On the sandbox's clock. */
  time: z.string(),
  region: z.string(),
  service: z.string(),
  action: z.string(),
  resource: z.string().optional(),
  /** Absent when the connection was reset. */
  status: z.number().optional(),
  /** Who answered. */
  by: z.enum(["moto", "emulation", "fault"]),
  fault: z.string().optional(),
  durationMs: z.number(),
});

export type CallRecord = z.output<typeof callRecordSchema>;

export const callFilterSchema = z.strictObject({
  service: z.string().optional(),
  region: z.string().optional(),
  action: z.string().optional(),
  /** Calls with a higher id only: what happened since a call that a test remembers. */
  after: z.coerce.number().int().optional(),
});

export type CallFilter = z.output<typeof callFilterSchema>;

/** An end-to-end run makes some ten thousand calls. */
const LONGEST_LOG = 200_000;

export class CallLog {
  private records: CallRecord[] = [];
  private lastId = 0;
  private readonly seen: (record: CallRecord) => void;

  constructor(seen: (record: CallRecord) => void) {
    this.seen = seen;
  }

  nextId(): number {
    this.lastId += 1;
    return this.lastId;
  }

  add(record: CallRecord): void {
    this.records.push(record);
    if (this.records.length > LONGEST_LOG) {
      this.records = this.records.slice(LONGEST_LOG / 2);
    }
    this.seen(record);
  }

  /** Finished calls that fit, in the order in which they came. */
  query(filter: CallFilter): CallRecord[] {
    return this.records
      .filter(
        (record) =>
          (filter.service ?? record.service) === record.service &&
          (filter.region ?? record.region) === record.region &&
          (filter.action ?? record.action) === record.action &&
          record.id > (filter.after ?? 0),
      )
      .toSorted((a, b) => a.id - b.id);
  }

  clear(): void {
    this.records = [];
  }
}
