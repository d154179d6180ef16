import fc from "fast-check";
import { FAULT_KINDS, type Fault } from "./process.ts";

/** Something that happens in the course of a recovery. */
export type StoryEvent =
  | { readonly kind: "region dies" }
  | { readonly kind: "region is cut off" }
  | { readonly kind: "region returns" }
  | { readonly kind: "points are lost" }
  | { readonly kind: "point arrives" }
  | { readonly kind: "hours pass"; readonly hours: number }
  /** The other machine gets the records of the one that works. */
  | { readonly kind: "commit" }
  | {
      readonly kind: "command";
      readonly verb: Verb;
      readonly machine: 0 | 1;
      readonly faults: readonly Fault[];
    }
  /** The last command that was printed as a remedy is pasted. */
  | { readonly kind: "paste"; readonly machine: 0 | 1; readonly faults: readonly Fault[] };

export const VERBS = ["failover", "failback", "rollback", "fence", "stay"] as const;
export type Verb = (typeof VERBS)[number];

const faults = fc.array(
  fc.record({ at: fc.integer({ min: 1, max: 160 }), kind: fc.constantFrom(...FAULT_KINDS) }),
  { maxLength: 2 },
);

const machine = fc.constantFrom<0 | 1>(0, 0, 0, 1);

const event: fc.Arbitrary<StoryEvent> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<StoryEvent>({ kind: "region dies" }) },
  { weight: 1, arbitrary: fc.constant<StoryEvent>({ kind: "region is cut off" }) },
  { weight: 2, arbitrary: fc.constant<StoryEvent>({ kind: "region returns" }) },
  { weight: 1, arbitrary: fc.constant<StoryEvent>({ kind: "points are lost" }) },
  { weight: 1, arbitrary: fc.constant<StoryEvent>({ kind: "point arrives" }) },
  { weight: 1, arbitrary: fc.constant<StoryEvent>({ kind: "commit" }) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 30 }).map((hours): StoryEvent => ({ kind: "hours pass", hours })),
  },
  {
    weight: 8,
    arbitrary: fc
      .record({ verb: fc.constantFrom(...VERBS), machine, faults })
      .map((one): StoryEvent => ({ kind: "command", ...one })),
  },
  {
    weight: 4,
    arbitrary: fc.record({ machine, faults }).map((one): StoryEvent => ({ kind: "paste", ...one })),
  },
);

/** A short story: what goes wrong, and what somebody does about it. */
export const stories = fc.array(event, { minLength: 1, maxLength: 7 });
