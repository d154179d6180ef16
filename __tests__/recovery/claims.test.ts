import { describe, expect, it } from "vitest";
import { AwsFailure } from "../../src/aws/failure.ts";
import { drill } from "../../src/recovery/drill.ts";
import { failover } from "../../src/recovery/failover.ts";
import { fencePrimary } from "../../src/recovery/fence-primary.ts";
import { rollback } from "../../src/recovery/rollback.ts";
import type { RecoveryPlan } from "../../src/recovery/steps/step.ts";
import {
  databaseRows,
  markOf,
  type Moment,
  POINT,
  RECORD,
  restoredName,
  serving,
  testClaims,
} from "../support/claim-rows.ts";
import { chosen, Claims, recordOf } from "../support/claims.ts";
import { silentRegion, STANDBY_BUCKET, SWITCH_BUCKET } from "../support/memory-aws.ts";

const noBalancer = { loadBalancer: async () => undefined };
const unreachable = async (): Promise<never> => {
  throw new AwsFailure("unreachable", "ecs:DescribeServices", "eu-west-1", "no answer");
};

const FAILOVER: Moment = {
  plan: (claims) =>
    failover(claims.subject(), { point: { arn: undefined }, replaceDatabase: undefined }, [], []),
  world: serving,
  rows: [
    [
      "the primary is open",
      ["declare", "cut-over"],
      ({ primary }) => (primary.service.groupIds = ["sg-alb"]),
    ],
    ["the primary runs", ["declare", "cut-over"], ({ primary }) => (primary.service.count = 3)],
    [
      "the primary can't be asked any more",
      ["declare", "cut-over"],
      (claims) => (claims.override = { primary: { service: unreachable } }),
    ],
    [
      "no recovery point is in the journal",
      ["choose-recovery-point", "restore-database", "open-ingress"],
      (claims) => (claims.point = undefined),
    ],
    [
      "another recovery point is in the journal than in the record",
      ["restore-database", "open-ingress"],
      (claims) => (claims.point = chosen("eu-central-1", "copyjob-2")),
    ],
    ...databaseRows("standby", restoredName, ["restore-database", "validate"]),
    [
      "the record is missing here",
      ["restore-database", "open-ingress", "validate"],
      (claims) => (claims.changes = {}),
    ],
    [
      "the record is missing for everybody",
      ["restore-database", "open-ingress"],
      (claims) => claims.forget(STANDBY_BUCKET, RECORD),
    ],
    [
      "the record is damaged for everybody",
      ["restore-database", "open-ingress"],
      ({ objects }) => objects.put(STANDBY_BUCKET, { [RECORD]: "garbage" }),
    ],
    ["the record says restored", ["open-ingress"], (claims) => claims.record("restored", POINT)],
    ["too little runs", ["scale-compute", "await-healthy"], ({ standby }) => (standby.service.count = 2)],
    [
      "there is no service",
      ["scale-compute"],
      (claims) => (claims.override = { standby: { service: async () => undefined } }),
    ],
    ["a target is unhealthy", ["await-healthy"], ({ standby }) => (standby.targetState = "unhealthy")],
    [
      "there is no load balancer",
      ["await-healthy", "open-ingress", "validate"],
      (claims) => (claims.override = { standby: noBalancer }),
    ],
    ["the standby is in the empty group", ["open-ingress"], ({ standby }) => standby.close()],
    ["the standby admits nobody", ["open-ingress"], ({ standby }) => standby.admit("sg-nodes")],
    ["the switch is off", ["cut-over"], (claims) => claims.forget(SWITCH_BUCKET, "serve-from-standby")],
    ["users get an error", ["validate"], (claims) => (claims.httpStatus = 503)],
    [
      "the record does not say hardened",
      ["harden"],
      (claims) => (claims.changes = { "dr.activation": recordOf("active", POINT) }),
    ],
    [
      "the database is not protected",
      ["harden"],
      (claims) => claims.standby.hold(restoredName(claims), false),
    ],
  ],
};

const returned = (): Claims => {
  const claims = new Claims();
  claims.point = POINT;
  claims.record("restored", POINT);
  claims.standby.hold(restoredName(claims));
  claims.standby.admit("sg-nodes");
  claims.standby.service.count = 0;
  claims.primary.hold("shop-prod-database");
  return claims;
};

const ROLLBACK: Moment = {
  plan: (claims) => rollback(claims.subject(), { deleteDatabase: undefined }, [], []),
  world: returned,
  rows: [
    ["the primary is in the empty group", ["restore-primary"], ({ primary }) => primary.close()],
    [
      "too little of the primary runs",
      ["start-behind-fence", "restore-primary"],
      ({ primary }) => (primary.service.count = 1),
    ],
    ...databaseRows("primary", () => "shop-prod-database", ["restore-primary"]),
    ["the switch is on", ["traffic-back"], (claims) => claims.turn()],
    [
      "the primary is marked as fenced",
      ["traffic-back"],
      (claims) => claims.objects.put(STANDBY_BUCKET, markOf(claims)),
    ],
    ["the record says active", ["close-ingress"], (claims) => claims.record("active", POINT)],
    [
      "the standby admits everybody",
      ["close-standby", "close-ingress"],
      ({ standby }) => standby.admit("0.0.0.0/0"),
    ],
    [
      "the standby admits a prefix list",
      ["close-standby", "close-ingress"],
      ({ standby }) => standby.admit("pl-1"),
    ],
    ...databaseRows("standby", restoredName, ["close-ingress"]),
    [
      "something is told to run in the standby",
      ["stop-compute"],
      ({ standby }) => (standby.service.count = 1),
    ],
  ],
};

const peace = (): Claims => {
  const claims = new Claims();
  claims.standby.hold("shop-dr-database");
  claims.standby.admit("sg-nodes");
  claims.standby.service.count = 0;
  claims.primary.hold("shop-prod-database");
  return claims;
};

const DELETION: Moment = {
  plan: (claims) => rollback(claims.subject(), { deleteDatabase: "shop-dr-database-1" }, [], []),
  world: peace,
  done: ["delete-database"],
  rows: [
    ["the named database is there", ["delete-database"], ({ standby }) => standby.hold("shop-dr-database-1")],
    ["the record is there", ["delete-database"], (claims) => claims.record("restored", POINT)],
    ["there is no empty database", ["delete-database"], ({ standby }) => standby.databases.instances.clear()],
  ],
};

const FENCE: Moment = {
  plan: (claims) => fencePrimary(claims.subject()),
  world: () => {
    const claims = serving();
    claims.objects.put(STANDBY_BUCKET, markOf(claims));
    return claims;
  },
  rows: [
    ["the primary is open", ["fence-primary"], ({ primary }) => (primary.service.groupIds = ["sg-alb"])],
    ["the primary runs", ["fence-primary"], ({ primary }) => (primary.service.count = 1)],
    [
      "nothing keeps a pipeline from applying it",
      ["fence-primary"],
      (claims) => claims.forget(STANDBY_BUCKET, claims.place.fenceKey),
    ],
  ],
};

const copyName = (claims: Claims): string => {
  const { names, recoveryPoint } = claims.subject().copy({
    kind: "snapshot",
    snapshotArn: POINT.arn,
    engine: "postgres",
    engineVersion: "17.4",
    createdAt: POINT.createdAt.toISOString(),
  });
  return `${names.of("database")}${restoredName(claims).slice("shop-dr-database".length)}${recoveryPoint === undefined ? "?" : ""}`;
};

const drillOf = (claims: Claims): RecoveryPlan => drill(claims.subject(), { arn: undefined }, [], []);

const copied = (): Claims => {
  const claims = peace();
  claims.point = POINT;
  claims.standby.service.count = 3;
  claims.standby.hold(copyName(claims));
  return claims;
};

const DRILL_UP: Moment = {
  plan: drillOf,
  world: copied,
  done: ["choose-recovery-point", "restore-database", "scale-compute", "await-healthy", "validate"],
  rows: [
    [
      "no recovery point is in the journal",
      ["choose-recovery-point", "restore-database"],
      (claims) => (claims.point = undefined),
    ],
    ...databaseRows("standby", copyName, ["restore-database"]),
    [
      "too little runs",
      ["scale-compute", "await-healthy", "validate"],
      ({ standby }) => (standby.service.count = 1),
    ],
    [
      "a target is unhealthy",
      ["await-healthy", "validate"],
      ({ standby }) => (standby.targetState = "unhealthy"),
    ],
  ],
};

const DRILL_DOWN: Moment = {
  plan: drillOf,
  world: peace,
  done: ["remove-leftovers", "remove-copy", "prove-nothing-left", "judge"],
  rows: [
    [
      "something of the copy is left",
      ["remove-leftovers", "remove-copy", "prove-nothing-left"],
      (claims) => (claims.left = [{ kind: "database", name: "shop-dr-drill-database" }]),
    ],
    [
      "a part has failed",
      ["judge"],
      (claims) => (claims.evidence = { "remove-leftovers": "FAILED: no capacity" }),
    ],
  ],
};

testClaims({
  "a failover": FAILOVER,
  "a rollback": ROLLBACK,
  "a rollback that deletes": DELETION,
  "a fence": FENCE,
  "a drill whose copy is up": DRILL_UP,
  "a drill whose copy is gone": DRILL_DOWN,
});

describe("a failover whose primary was out of reach", () => {
  it("claims no fence where its evidence says that there is none", async () => {
    const claims = serving();
    claims.override = { primary: silentRegion("eu-west-1", "unreachable") };
    claims.evidence = { declare: "prod: ingress NOT fenced: no answer", "cut-over": "compute NOT fenced" };
    expect([...(await claims.against(FAILOVER.plan(claims).steps, ["declare", "cut-over"])).keys()]).toEqual(
      [],
    );
  });
});
