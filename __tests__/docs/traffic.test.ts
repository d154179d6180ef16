import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { run } from "../../src/cli/run.ts";
import { specsOf } from "../../src/config/spec.ts";
import { cutOver } from "../../src/traffic/cut-over.ts";
import { switchObject } from "../../src/traffic/switch-object.ts";
import { configure, TRAFFIC } from "../support/environments.ts";

const text = readFileSync("docs/traffic.md", "utf8");

describe("docs/traffic.md", () => {
  it("shows what the command prints", async () => {
    const lines: string[] = [];
    const print = (line: string): void => void lines.push(line);
    const terminal = { print, printError: print, colours: false };
    expect(await run(["objectives", "--environments", "examples/traffic-operator"], terminal)).toBe(0);
    const shown = text.split("<!-- examples/traffic-operator -->")[1];
    expect(/```text\n([^`]*)\n```/.exec(shown ?? "")?.[1]).toBe(lines.join("\n"));
  });

  it("names the object that the default environments' switch is", () => {
    const { traffic } = specsOf(configure({ traffic: TRAFFIC }));
    if (traffic === undefined) throw new Error("no traffic");
    const { bucketName, key, region } = switchObject(traffic.names, traffic.region);
    for (const verb of ["put-object   ", "delete-object"]) {
      expect(text).toContain(`aws s3api ${verb} --region ${region} --bucket ${bucketName} --key ${key}\n`);
    }
  });

  it("does the arithmetic of the defaults", () => {
    const { traffic } = configure({ traffic: TRAFFIC });
    if (traffic === undefined) throw new Error("no traffic");
    const { intervalSeconds, failureThreshold } = traffic.traffic.config.healthCheck;
    const { ttlSeconds, totalSeconds } = cutOver({ intervalSeconds, failureThreshold });
    expect(text).toContain(
      `${intervalSeconds} s x ${failureThreshold} + ${ttlSeconds} s   =   ${totalSeconds} s`,
    );
  });
});
