import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import type { RegionalAws } from "../../../src/aws/port.ts";
import { Journal } from "../../../src/recovery/journal/journal.ts";
import { journalPlace } from "../../../src/recovery/journal/place.ts";
import type { RecoveryContext } from "../../../src/recovery/steps/step.ts";
import type { Subject } from "../../../src/recovery/subject.ts";
import type { StateObject } from "../../../src/recovery/terraform/adoption.ts";
import { activation, type Changes, merge } from "../../support/environments.ts";
import { inquire } from "../../support/inquiry.ts";
import { NOW } from "../../support/memory-aws.ts";
import { MemoryDatabases } from "../../support/memory-databases.ts";

const RUN = "20260310T120000Z-1a2b";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** The pair while dr serves, with changes. */
export const subjectOf = (changes: Changes = {}): Subject =>
  inquire(merge(activation("active"), changes)).subject;

/** Databases of both regions, and what a step of a failback is given. */
export class FailbackStage {
  clock = NOW.getTime();
  readonly home: MemoryDatabases;
  readonly away = new MemoryDatabases("eu-central-1", () => new Date(this.clock));
  /** What the state of a stack manages, by address. */
  readonly managed = new Map<string, Readonly<Record<string, unknown>>>();
  /** What the state of a stack has of a database beside the present one, or calls tainted. */
  objects: readonly StateObject[] = [];
  readonly told: string[] = [];

  constructor() {
    this.home = new MemoryDatabases("eu-west-1", () => new Date(this.clock), [this.away]);
  }

  async context(
    changes: {
      readonly subject?: Subject;
      readonly primary?: Partial<RegionalAws>;
      readonly standby?: Partial<RegionalAws>;
    } = {},
  ): Promise<RecoveryContext> {
    const subject = changes.subject ?? subjectOf();
    const { aws } = inquire();
    const folder = mkdtempSync(join(tmpdir(), "pilot-light-failback-"));
    folders.push(folder);
    const standby = { ...aws.in("eu-central-1"), ...this.away.questions(), ...changes.standby };
    const primary = { ...aws.in("eu-west-1"), ...this.home.questions(), ...changes.primary };
    const place = journalPlace(subject.project, "dr", subject.standby.state, folder);
    const journal = await Journal.open(RUN, place, standby, () => new Date(this.clock));
    await journal.record({
      event: "run-started",
      verb: "failback",
      environment: "dr",
      operator: "kim",
      host: "laptop",
      reason: "the primary region is back",
      declaredAt: new Date(this.clock).toISOString(),
    });
    const unused = (): never => {
      throw new Error("no step of this test asks for it");
    };
    return {
      environments: folder,
      subject: async () => subject,
      aws,
      standby,
      primary,
      place,
      journal,
      run: () => journal.run ?? unused(),
      terraform: {
        synthesize: async () => undefined,
        plan: unused,
        apply: unused,
        outputs: unused,
        attributes: async (_, address) => this.managed.get(address),
        adopt: unused,
        take: unused,
        objects: async (_, { type, name }) => {
          const attributes = this.managed.get(`${type}.${name}`);
          const present = attributes && { attributes, isTainted: false, isDeposed: false };
          return [...(present === undefined ? [] : [present]), ...this.objects];
        },
        drop: async (_, { type, name }, isDropped) => {
          const attributes = this.managed.get(`${type}.${name}`);
          if (attributes !== undefined && isDropped({ attributes, isTainted: false, isDeposed: false }))
            this.managed.delete(`${type}.${name}`);
          this.objects = this.objects.filter((one) => !isDropped(one));
        },
        move: async (_, from, to) => {
          const moved = this.managed.get(from);
          if (moved !== undefined) this.managed.set(to, moved);
          this.managed.delete(from);
        },
        release: async (_, addresses) => {
          for (const address of addresses) this.managed.delete(address);
        },
      },
      http: { get: unused },
      usersDns: { lookup: { addresses: unused }, ask: unused, isSaidToBeMoved: false, mayContradict: false },
      now: () => new Date(this.clock),
      pause: async (milliseconds) => {
        this.clock += milliseconds;
      },
      tell: (line) => void this.told.push(line),
    };
  }
}
