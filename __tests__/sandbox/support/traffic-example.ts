import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { z } from "zod";
import { emulations } from "../../../sandbox/emulations/all.ts";
import type { DnsResolution } from "../../../sandbox/client.ts";
import type { RunResult } from "../../../sandbox/process/run.ts";
import { runTerraform } from "../../../sandbox/terraform/run.ts";
import type { Configuration } from "../../../src/config/configuration.ts";
import { specsOf, type TrafficSpec } from "../../../src/config/spec.ts";
import { stateKey } from "../../../src/naming/names.ts";
import { synthesize } from "../../../src/stacks/synthesize.ts";
import type { Changes } from "../../support/environments.ts";
import { exampleConfigurator } from "../../support/examples.ts";
import { print } from "../support.ts";
import { requestCertificate } from "./deployment.ts";
import { Dns } from "./dns.ts";
import { createFrontDoor, type FrontDoor } from "./front-door.ts";
import { PRIMARY, STANDBY, Storage } from "./storage.ts";

/** The account and the zone that the examples name. */
const ACCOUNT = "111122223333";
const ZONE_ID = "Z0123456789ABCDEFGHIJ";

const templateSchema = z.looseObject({ terraform: z.looseObject({}) });
const outputsSchema = z.record(z.string(), z.object({ value: z.string() }));

/** The traffic stack of an example, with a zone and two load balancers before which it stands. */
export class TrafficExample {
  readonly storage: Storage;
  readonly dns: Dns;
  readonly primary: FrontDoor;
  readonly standby: FrontDoor;
  private readonly directory: string;
  private readonly zoneId: string;
  private readonly configure: (changes?: Changes) => Configuration;

  private constructor(
    wiring: Pick<TrafficExample, "storage" | "dns" | "primary" | "standby">,
    directory: string,
    zoneId: string,
    configure: TrafficExample["configure"],
  ) {
    this.storage = wiring.storage;
    this.dns = wiring.dns;
    this.primary = wiring.primary;
    this.standby = wiring.standby;
    this.directory = directory;
    this.zoneId = zoneId;
    this.configure = configure;
  }

  /** The primary's door is open and its targets serve; the standby's is closed. */
  static async create(example: string): Promise<TrafficExample> {
    const storage = await Storage.start(emulations, ACCOUNT);
    const dns = new Dns(storage);
    const zoneId = (await dns.createZone("example.com")).replace("/hostedzone/", "");
    const [primary, standby] = await Promise.all(
      [PRIMARY, STANDBY].map(async (region) =>
        createFrontDoor(storage, region, await requestCertificate(storage.sandbox, region)),
      ),
    );
    if (primary === undefined || standby === undefined) throw new Error("two doors were asked for");
    await primary.open("0.0.0.0/0");
    const directory = await mkdtemp(join(tmpdir(), "pilot-light-traffic-"));
    const configure = await exampleConfigurator(example);
    const created = new TrafficExample({ storage, dns, primary, standby }, directory, zoneId, configure);
    await created.setPrimaryHealth(true);
    await created.sleepOnTheClock();
    return created;
  }

  private get programs(): string {
    return join(this.directory, "bin");
  }

  /** The stack sleeps until a new check has settled: time passes for the emulated AWS, and nobody waits. */
  private async sleepOnTheClock(): Promise<void> {
    const { url } = this.storage.sandbox;
    const advance = `fetch("${url}/_sandbox/clock", { method: "POST", body: JSON.stringify({ advanceMs: 1000 * process.argv[1] }) })
  .then(({ ok }) => process.exit(ok ? 0 : 1))`;
    await mkdir(this.programs);
    const program = `#!/bin/sh\nexec '${process.execPath}' -e '${advance}' "$1"\n`;
    await writeFile(join(this.programs, "sleep"), program, { mode: 0o755 });
  }

  /** Writes what synthesis writes, with its own state beside it. */
  async write(traffic: Changes): Promise<TrafficSpec> {
    const specs = specsOf(this.configure({ traffic }));
    const { files } = synthesize({ ...specs, bootstrap: undefined, services: [] });
    const written = files.get("stacks/traffic/cdk.tf.json");
    if (specs.traffic === undefined || written === undefined) throw new Error("no traffic environment");
    const template = templateSchema.parse(JSON.parse(written));
    const { backend: _, ...settings } = template.terraform;
    const text = JSON.stringify({ ...template, terraform: settings }, undefined, 1);
    // moto's zones have ids that AWS would not give.
    await writeFile(join(this.directory, "cdk.tf.json"), text.replaceAll(ZONE_ID, this.zoneId));
    return specs.traffic;
  }

  /** Leaves the state of a member of the pair where others read it; without a door it has no outputs. */
  async publishState(member: TrafficSpec["primary"], door?: FrontDoor): Promise<void> {
    const { name, project, state } = member;
    const values = door === undefined ? {} : { alb_dns_name: door.dnsName, alb_zone_id: door.zoneId };
    const outputs = Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, { value, type: "string" }]),
    );
    const content = { version: 4, terraform_version: "1.11.0", serial: 1, lineage: name, resources: [] };
    await this.storage.s3(state.region).send(
      new PutObjectCommand({
        Bucket: state.bucket,
        Key: stateKey(project, name),
        Body: JSON.stringify({ ...content, outputs }),
      }),
    );
  }

  async terraform(args: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(args);
    if (exitCode !== 0) {
      throw new Error(`terraform ${args.join(" ")} ended with ${exitCode}:\n${stdout}${stderr}`);
    }
    return stdout;
  }

  run(args: readonly string[]): Promise<RunResult> {
    const { env } = this.storage.sandbox;
    const path = `${this.programs}:${env["PATH"] ?? ""}`;
    return runTerraform(this.directory, [...args, "-no-color"], { ...env, PATH: path }, { onLine: print });
  }

  async outputs(): Promise<(name: string) => string> {
    const outputs = outputsSchema.parse(JSON.parse(await this.terraform(["output", "-json"])));
    return (name) => outputs[name]?.value ?? `no output ${name}`;
  }

  setPrimaryHealth(healthy: boolean): Promise<void> {
    const { targetGroupArn } = this.primary;
    return this.storage.sandbox.client.setTargetHealth({ targetGroupArn, healthy });
  }

  async elapse(ms: number): Promise<void> {
    await this.storage.sandbox.client.advance(ms);
  }

  resolve(type = "A"): Promise<DnsResolution> {
    return this.storage.sandbox.client.resolve("shop.example.com", type);
  }

  /** The load balancer that Route 53 names now. */
  async served(type = "A"): Promise<string | undefined> {
    return (await this.resolve(type)).answer?.aliasTarget;
  }

  async remove(): Promise<void> {
    await this.storage.sandbox.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}
