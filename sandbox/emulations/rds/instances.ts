import { createHash, randomUUID } from "node:crypto";
import { PerRegion, type World } from "../../gateway/emulation.ts";
import { inner, withElement, withText } from "./xml.ts";

/** What moto does not know, or forgets, of an instance. */
interface InstanceRecord {
  readonly resourceId: string;
  readonly createdAt: Date;
  /** Elements of the description by name: settings that moto accepts without keeping them. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Settings that moto drops, which the provider then wants to set again: parameter, and element of the description. */
const DROPPED: Readonly<Record<string, string>> = {
  MonitoringInterval: "MonitoringInterval",
  MonitoringRoleArn: "MonitoringRoleArn",
  EnablePerformanceInsights: "PerformanceInsightsEnabled",
  PerformanceInsightsKMSKeyId: "PerformanceInsightsKMSKeyId",
  PerformanceInsightsRetentionPeriod: "PerformanceInsightsRetentionPeriod",
  DatabaseInsightsMode: "DatabaseInsightsMode",
  NetworkType: "NetworkType",
  DedicatedLogVolume: "DedicatedLogVolume",
};

/** A point in time can be restored once its transaction log is in S3, which happens every five minutes. */
const LOG_INTERVAL_MS = 5 * 60_000;

/** An identifier in RDS's alphabet that is always the same for the same thing. */
export const opaqueId = (text: string): string =>
  [...createHash("sha256").update(text).digest().subarray(0, 26)]
    .map((byte) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".charAt(byte % 32))
    .join("");

/**
 * moto gives all instances of a region one resource id, by which the provider finds its instance, and takes all times
 * from the real clock.
 */
export class Instances {
  private readonly regions = new PerRegion(() => new Map<string, InstanceRecord>());
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  /** An instance of that name was created just now. */
  created(region: string, identifier: string, form: URLSearchParams): void {
    this.remove(region, identifier);
    this.keepSettings(region, identifier, form);
  }

  /** The record of an instance that exists in moto. */
  record(region: string, identifier: string): InstanceRecord {
    const known = this.regions.in(region).get(identifier.toLowerCase());
    if (known !== undefined) {
      return known;
    }
    const resourceId = `db-${opaqueId(`${region}/${identifier}/${randomUUID()}`)}`;
    return this.put(region, identifier, { resourceId, createdAt: this.world.clock.now(), settings: {} });
  }

  /** The identifier that the instance with this resource id has now. */
  identifierOf(region: string, resourceId: string): string | undefined {
    return [...this.regions.in(region)].find(([, record]) => record.resourceId === resourceId)?.[0];
  }

  keepSettings(region: string, identifier: string, form: URLSearchParams): void {
    const record = this.record(region, identifier);
    const given = Object.entries(DROPPED).flatMap(([parameter, element]): [string, string][] => {
      const value = form.get(parameter);
      return value === null ? [] : [[element, value]];
    });
    this.put(region, identifier, {
      ...record,
      settings: { ...record.settings, ...Object.fromEntries(given) },
    });
  }

  rename(region: string, from: string, to: string): void {
    const record = this.record(region, from);
    this.remove(region, from);
    this.put(region, to, record);
  }

  remove(region: string, identifier: string): void {
    this.regions.in(region).delete(identifier.toLowerCase());
  }

  latestRestorableTime(region: string, identifier: string): Date {
    const { createdAt } = this.record(region, identifier);
    return new Date(Math.max(createdAt.getTime(), this.world.clock.now().getTime() - LOG_INTERVAL_MS));
  }

  /** A description of moto's with what moto lacks. */
  complete(region: string, markup: string): string {
    const identifier = inner(markup, "DBInstanceIdentifier") ?? "";
    const record = this.record(region, identifier);
    const isRecoverable = Number(inner(markup, "BackupRetentionPeriod") ?? 0) > 0;
    const latest = isRecoverable ? this.latestRestorableTime(region, identifier).toISOString() : undefined;
    const dated = withText(
      withText(markup, "DbiResourceId", record.resourceId),
      "InstanceCreateTime",
      record.createdAt.toISOString(),
    );
    const restorable = withElement(dated, "LatestRestorableTime", latest ?? "").replace(
      "<LatestRestorableTime></LatestRestorableTime>",
      "",
    );
    return Object.entries(record.settings).reduce(
      (xml, [name, value]) => withText(xml, name, value),
      restorable,
    );
  }

  private put(region: string, identifier: string, record: InstanceRecord): InstanceRecord {
    this.regions.in(region).set(identifier.toLowerCase(), record);
    return record;
  }
}
