import { z } from "zod";
import type { ControlHandler } from "../../gateway/emulation.ts";

const delaysSchema = z.strictObject({
  /** AWS promises nothing without replication time control; most objects take seconds. */
  s3DelaySeconds: z.number().min(0).max(86_400).default(5),
  ecrDelaySeconds: z.number().min(0).max(86_400).default(5),
});

export type DelaysInput = z.input<typeof delaysSchema>;

/** How long after a write its replica appears. A test may change it; replicas on their way keep theirs. */
export class ReplicationDelays {
  private delays = delaysSchema.parse({});

  readonly control: Readonly<Record<string, ControlHandler>> = {
    "GET /replication": () => this.delays,
    "PUT /replication": ({ input }) => {
      this.delays = delaysSchema.parse(input);
      return this.delays;
    },
  };

  get s3Ms(): number {
    return this.delays.s3DelaySeconds * 1000;
  }

  get ecrMs(): number {
    return this.delays.ecrDelaySeconds * 1000;
  }
}
