import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as applicationAutoscaling from "@aws-sdk/client-application-auto-scaling";
import * as autoscaling from "@aws-sdk/client-auto-scaling";
import * as backup from "@aws-sdk/client-backup";
import * as budgets from "@aws-sdk/client-budgets";
import * as monitoring from "@aws-sdk/client-cloudwatch";
import * as ec2 from "@aws-sdk/client-ec2";
import * as ecr from "@aws-sdk/client-ecr";
import * as ecs from "@aws-sdk/client-ecs";
import * as eks from "@aws-sdk/client-eks";
import * as elasticloadbalancing from "@aws-sdk/client-elastic-load-balancing-v2";
import * as events from "@aws-sdk/client-eventbridge";
import * as kms from "@aws-sdk/client-kms";
import * as rds from "@aws-sdk/client-rds";
import * as tagging from "@aws-sdk/client-resource-groups-tagging-api";
import * as route53 from "@aws-sdk/client-route-53";
import * as s3 from "@aws-sdk/client-s3";
import * as servicequotas from "@aws-sdk/client-service-quotas";
import { expect, it } from "vitest";
import { emulations } from "../../sandbox/emulations/all.ts";
import type { Call } from "../../sandbox/gateway/call.ts";
import { MovableClock } from "../../sandbox/gateway/clock.ts";
import { MotoPort } from "../../sandbox/gateway/moto-port.ts";

/** What an SDK can ask of each service that something is emulated of, by signing name. */
const CLIENTS: Readonly<Record<string, object>> = {
  "application-autoscaling": applicationAutoscaling,
  autoscaling,
  backup,
  budgets,
  ec2,
  ecr,
  ecs,
  eks,
  elasticloadbalancing,
  events,
  kms,
  monitoring,
  rds,
  route53,
  s3,
  servicequotas,
  tagging,
};

const TESTS = resolve(import.meta.dirname, "../sandbox");

const actionsOf = (client: object): string[] =>
  Object.keys(client).flatMap((name) => /^([A-Z]\w+)Command$/.exec(name)?.[1] ?? []);

const call = (service: string, action: string): Call => ({
  id: 1,
  time: new Date(0),
  service,
  region: "us-east-1",
  action,
  protocol: "json",
  resource: undefined,
  method: "POST",
  path: "/",
  query: new URLSearchParams(),
  headers: {},
  parameters: {},
  body: () => Promise.resolve(Buffer.alloc(0)),
});

const world = {
  account: "123456789012",
  clock: new MovableClock(() => undefined),
  moto: new MotoPort("http://127.0.0.1:9"),
  isDown: () => false,
  note: () => undefined,
};
const all = emulations.flatMap((create) => create(world));

/** Commands that some test of the sandbox sends, and whose replies the SDK has therefore parsed. */
const sent = new Set(
  readdirSync(TESTS, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => [
      ...readFileSync(join(TESTS, file), "utf8").matchAll(/\bnew (?:\w+\.)?(\w+)Command\(/g),
    ])
    .map(([, action = ""]) => action),
);

it("every action that is emulated is asked for through the SDK by a test of the sandbox", () => {
  const answering = all.filter((one) => one.handles !== undefined).map(({ service }) => service);
  expect(Object.keys(CLIENTS)).toEqual(expect.arrayContaining(answering));
  const untested = Object.entries(CLIENTS).flatMap(([service, client]) =>
    actionsOf(client)
      .filter((action) =>
        all.some((one) => one.service === service && one.handles?.(call(service, action)) === true),
      )
      .filter((action) => !sent.has(action))
      .map((action) => `${service}:${action}`),
  );
  expect(untested).toEqual([]);
});
