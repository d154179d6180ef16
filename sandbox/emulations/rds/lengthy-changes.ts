import { z } from "zod";
import type { ControlHandler, World } from "../../gateway/emulation.ts";
import { AwsError } from "../../gateway/reply.ts";
import { inner, withElement, withText } from "./xml.ts";

const duration = z
  .number()
  .int()
  .min(0)
  .max(24 * 60)
  .default(0);

const durationsSchema = z.strictObject({ deletionMinutes: duration, multiAzMinutes: duration });

export type DatabaseDurations = z.input<typeof durationsSchema>;

interface Change {
  readonly region: string;
  readonly identifier: string;
  readonly change: "deletion" | "conversion to Multi-AZ";
  readonly from: Date;
  readonly until: Date;
  /** What a deletion leaves to describe until it has ended. */
  readonly markup: string;
}

/**
 * Deletions and conversions to Multi-AZ, which take AWS minutes, and here the time on the sandbox's clock that a test has
 * asked for. The provider waits for both.
 */
export class LengthyChanges {
  private durations = durationsSchema.parse({});
  private changes: readonly Change[] = [];
  private readonly world: World;

  readonly control: Readonly<Record<string, ControlHandler>> = {
    "PUT /database-durations": ({ input }) => {
      this.durations = durationsSchema.parse(input);
      return this.durations;
    },
    "GET /database-changes": () => ({
      changes: this.changes.map(({ region, identifier, change, from, until }) => {
        return { region, identifier, change, from, until };
      }),
    }),
  };

  constructor(world: World) {
    this.world = world;
  }

  /** An instance was deleted, which was described so. */
  deleted(region: string, markup: string): void {
    const leaving = withText(markup, "DBInstanceStatus", "deleting");
    this.begin(region, leaving, "deletion", this.durations.deletionMinutes);
  }

  /** An instance has two zones from now on. */
  converted(region: string, markup: string): void {
    this.begin(region, markup, "conversion to Multi-AZ", this.durations.multiAzMinutes);
  }

  /** RDS takes one change after the other, and gives a name again once its instance is gone. */
  refuse(region: string, action: string, form: URLSearchParams): void {
    const identifier = form.get("TargetDBInstanceIdentifier") ?? form.get("DBInstanceIdentifier");
    const change = this.underWay(region).find((each) => each.identifier === identifier)?.change;
    if (change === undefined) return;
    if (NEEDS_AVAILABLE.has(action) || (change === "deletion" && action === "DeleteDBInstance")) {
      const state = change === "deletion" ? "is already being deleted" : "is not in available state";
      throw new AwsError("InvalidDBInstanceState", `Instance ${identifier ?? ""} ${state}.`);
    }
    if (change === "deletion" && MAKES_INSTANCE.test(action)) {
      throw new AwsError("DBInstanceAlreadyExists", "DB instance already exists");
    }
  }

  /** A description of an instance that exists. */
  complete(region: string, markup: string): string {
    const identifier = inner(markup, "DBInstanceIdentifier");
    const isConverted = this.underWay(region, "conversion to Multi-AZ").some(
      (change) => change.identifier === identifier,
    );
    return isConverted
      ? withText(withText(markup, "DBInstanceStatus", "modifying"), "MultiAZ", false)
      : markup;
  }

  /** Descriptions of the instances that are still being deleted, of those that are asked for. */
  leaving(region: string, form: URLSearchParams): readonly string[] {
    const asked = [form.get("DBInstanceIdentifier"), ...filterValues(form)].filter((value) => value !== null);
    return this.underWay(region, "deletion")
      .map(({ markup }) => markup)
      .filter(
        (markup) =>
          asked.length === 0 || asked.some((value) => NAMES.some((name) => inner(markup, name) === value)),
      );
  }

  private underWay(region: string, change?: Change["change"]): readonly Change[] {
    const now = this.world.clock.now();
    return this.changes.filter(
      (each) => each.region === region && each.until > now && (change ?? each.change) === each.change,
    );
  }

  private begin(region: string, markup: string, change: Change["change"], minutes: number): void {
    const from = this.world.clock.now();
    const until = new Date(from.getTime() + minutes * 60_000);
    const identifier = inner(markup, "DBInstanceIdentifier") ?? "";
    this.changes = [...this.changes, { region, identifier, change, from, until, markup }];
  }
}

const NEEDS_AVAILABLE: ReadonlySet<string> = new Set([
  "ModifyDBInstance",
  "CreateDBSnapshot",
  "RebootDBInstance",
  "StopDBInstance",
]);

const MAKES_INSTANCE = /^(Create|Restore)DBInstance/;

/** By which an instance is asked for. */
const NAMES = ["DBInstanceIdentifier", "DbiResourceId", "DBInstanceArn"];

const filterValues = (form: URLSearchParams): readonly string[] =>
  [...form].flatMap(([name, value]) => (/^Filters\..*\.Values?\./.test(name) ? [value] : []));

/** A list of instances with further ones. */
export const withInstances = (result: string, instances: readonly string[]): string =>
  instances.length === 0
    ? result
    : withElement(
        result,
        "DBInstances",
        (inner(result, "DBInstances") ?? "") +
          instances.map((each) => `<DBInstance>${each}</DBInstance>`).join(""),
      );
