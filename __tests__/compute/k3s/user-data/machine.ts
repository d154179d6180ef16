import { createHash } from "node:crypto";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { serverScript } from "../../../../src/compute/k3s/user-data/server.ts";
import { workerScript } from "../../../../src/compute/k3s/user-data/worker.ts";

const FAKES = resolve(import.meta.dirname, "fakes");

/** Authority of the cluster, as its servers show it, and as nodes know it. */
const AUTHORITY = "authority\n";
export const CA_HASH = createHash("sha256").update(AUTHORITY).digest("hex");

export const LEASE = "region/lease";

/** A region as nodes see it: a bucket, and the commands that their scripts call. */
export class Region {
  private readonly folder = mkdtempSync(join(tmpdir(), "pilot-light-k3s-"));

  constructor() {
    this.write("cacerts", AUTHORITY);
    this.write("nodes", "");
    this.write("instances", "");
    mkdirSync(join(this.folder, "s3"));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Switches something: `s3-is-away`, or `patience` of scripts that wait. */
  set(name: "s3-is-away" | "patience" | "nodes" | "instances", content = ""): void {
    this.write(name, content);
  }

  unset(name: "s3-is-away" | "cacerts"): void {
    rmSync(join(this.folder, name));
  }

  put(key: string, content: string, minutesAgo = 0): void {
    const path = this.write(join("s3", key), content);
    const seconds = Date.now() / 1000 - minutesAgo * 60;
    utimesSync(path, seconds, seconds);
  }

  get(key: string): string | undefined {
    const path = join(this.folder, "s3", key);
    return existsSync(path) ? readFileSync(path, "utf8").trim() : undefined;
  }

  keys(prefix: string): readonly string[] {
    const files = readdirSync(join(this.folder, "s3"), { recursive: true, withFileTypes: true });
    return files
      .filter((file) => file.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(this.folder.length + 4))
      .filter((key) => key.startsWith(prefix))
      .toSorted();
  }

  node(instance: string): Node {
    return new Node(this.folder, instance);
  }

  private write(name: string, content: string): string {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }
}

/** How a script ended, and what it said. */
interface Run {
  readonly exitCode: number | null;
  readonly log: string;
}

/** An instance with a file system of its own. */
export class Node {
  private readonly root: string;

  constructor(
    private readonly folder: string,
    instance: string,
  ) {
    this.root = join(folder, instance);
    this.write("var/lib/cloud/data/instance-id", instance);
    this.write("calls", "");
  }

  server(...args: readonly "tick"[]): Promise<Run> {
    const settings = {
      cluster: "shop-prod",
      serverGroup: "shop-prod-servers",
      workerGroup: "shop-prod-workers",
      snapshotIntervalMinutes: 60,
    };
    return this.run(serverScript({ ...this.place(), ...settings }), args);
  }

  worker(...args: readonly "tick"[]): Promise<Run> {
    return this.run(workerScript(this.place()), args);
  }

  /** Its API server answers from now on. */
  becomeReady(): void {
    this.write("ready", "");
    this.write("var/lib/rancher/k3s/server/tls/server-ca.crt", AUTHORITY);
  }

  read(path: string): string | undefined {
    const file = join(this.root, path);
    return existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
  }

  /** Commands that its scripts ran and that a pattern fits. */
  calls(pattern: RegExp): readonly string[] {
    return (this.read("calls") ?? "").split("\n").filter((line) => pattern.test(line));
  }

  private place() {
    return { region: "eu-west-1", bucket: "shop-prod-k3s", root: this.root };
  }

  private write(path: string, content: string): string {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  private run(script: string, args: readonly string[]): Promise<Run> {
    const path = this.write("part-001", script);
    const env = {
      PATH: `${FAKES}:/usr/bin:/bin`,
      FAKE: this.folder,
      ROOT: this.root,
      CALLS: join(this.root, "calls"),
    };
    return new Promise((done, fail) => {
      const child = spawn("bash", [path, ...args], { env, stdio: ["ignore", "ignore", "pipe"] });
      const log: Buffer[] = [];
      child.stderr.on("data", (chunk: Buffer) => log.push(chunk));
      child.on("error", fail);
      child.on("close", (exitCode) => {
        done({ exitCode, log: Buffer.concat(log).toString() });
      });
    });
  }
}
