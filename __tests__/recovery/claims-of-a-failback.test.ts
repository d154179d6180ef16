import { failback } from "../../src/recovery/failback.ts";
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
import { chosen, type Claims, recordOf } from "../support/claims.ts";
import { DAY_MS, NOW, STANDBY_BUCKET, SWITCH_BUCKET } from "../support/memory-aws.ts";

/** Name of a snapshot of the run of these tests, whose fence was at noon. */
const LAST = "shop-dr-failback-r2-120000";
const AWAY = `arn:aws:rds:eu-central-1:111122223333:snapshot:${LAST}`;
const HOME = { ...chosen("eu-west-1", LAST), createdAt: NOW };
const homeName = (claims: Claims): string => claims.identifier("primary", HOME);

const withData = (claims: Claims): RecoveryPlan =>
  failback(claims.subject(), { kind: "with-data", compareCommand: undefined }, [], []);

/** Both sides are closed, the data is at home. */
const betweenBoth = (): Claims => {
  const claims = serving();
  claims.standby.close();
  claims.standby.service.count = 0;
  claims.point = HOME;
  claims.changes = { ...claims.changes, "prod.activation": recordOf("restored", HOME) };
  claims.primary.hold(homeName(claims));
  const snapshot = {
    instanceIdentifier: restoredName(claims),
    status: "available",
    engine: "postgres",
    engineVersion: "17.4",
    storageGiB: 100,
    encrypted: true,
    keyArn: undefined,
    createdAt: NOW,
  };
  claims.standby.databases.snapshots.set(AWAY, { ...snapshot, arn: AWAY });
  claims.primary.databases.snapshots.set(HOME.arn, { ...snapshot, arn: HOME.arn });
  claims.primary.hold("shop-prod-database", true);
  claims.kept = [{ identifier: "shop-prod-database", region: "eu-west-1" }];
  claims.evidence = { "release-database": "shop-prod-database is kept outside of Terraform" };
  return claims;
};

const FAILBACK_CLOSED: Moment = {
  plan: withData,
  world: betweenBoth,
  done: [
    "fence-both",
    "take-recovery-point",
    "copy-recovery-point",
    "release-database",
    "return-database",
    "compare-data",
  ],
  rows: [
    ["the standby is open", ["fence-both"], ({ standby }) => (standby.service.groupIds = ["sg-alb"])],
    ["the standby runs", ["fence-both"], ({ standby }) => (standby.service.count = 1)],
    ["the primary is open", ["fence-both"], ({ primary }) => (primary.service.groupIds = ["sg-alb"])],
    ["the primary runs", ["fence-both"], ({ primary }) => (primary.service.count = 1)],
    ["the snapshot is gone", ["take-recovery-point"], ({ standby }) => standby.databases.snapshots.clear()],
    ["the copy is gone", ["copy-recovery-point"], ({ primary }) => primary.databases.snapshots.clear()],
    [
      "the journal names another point",
      ["copy-recovery-point", "return-database"],
      (claims) => (claims.point = { ...POINT, createdAt: NOW }),
    ],
    [
      "the stale database is not protected",
      ["release-database"],
      ({ primary }) => primary.hold("shop-prod-database", false),
    ],
    [
      "the stale database is gone",
      ["release-database"],
      ({ primary }) => primary.databases.instances.delete("shop-prod-database"),
    ],
    ...databaseRows("primary", homeName, ["return-database"]),
    [
      "the primary's record is missing",
      ["return-database"],
      (claims) => (claims.changes = { "dr.activation": recordOf("active", POINT) }),
    ],
    [
      "the restored data is older than the last write",
      ["copy-recovery-point", "return-database", "compare-data"],
      (claims) => (claims.point = { ...HOME, arn: POINT.arn, createdAt: new Date(NOW.getTime() - DAY_MS) }),
    ],
  ],
};

const home = (): Claims => {
  const claims = betweenBoth();
  claims.changes = { "prod.activation": recordOf("active", HOME) };
  void claims.forget(STANDBY_BUCKET, RECORD);
  void claims.forget(SWITCH_BUCKET, "serve-from-standby");
  claims.primary.service.groupIds = ["sg-alb"];
  claims.primary.service.count = 3;
  claims.standby.service.groupIds = ["sg-alb"];
  claims.standby.admit("sg-nodes");
  claims.standby.databases.instances.clear();
  claims.standby.hold("shop-dr-database");
  claims.standby.hold("shop-dr-database-1", true);
  claims.kept = [...claims.kept, { identifier: "shop-dr-database-1", region: "eu-central-1" }];
  claims.evidence = { ...claims.evidence, "return-standby": "shop-dr-database-1 is kept outside" };
  const copy = {
    arn: POINT.arn,
    resourceArn: `arn:aws:rds:eu-west-1:111122223333:db:${homeName(claims)}`,
    status: "COMPLETED",
    statusMessage: undefined,
    createdAt: NOW,
    expiresAt: undefined,
    encrypted: true,
    keyArn: undefined,
  };
  claims.override = { standby: { recoveryPoints: async () => [copy] } };
  return claims;
};

const FAILBACK_OPEN: Moment = {
  plan: withData,
  world: home,
  done: [
    "start-primary",
    "await-primary",
    "open-primary",
    "cut-back",
    "validate-primary",
    "return-standby",
    "protect-again",
  ],
  rows: [
    [
      "too little of the primary runs",
      ["start-primary", "await-primary"],
      ({ primary }) => (primary.service.count = 1),
    ],
    ["a target is unhealthy", ["await-primary"], ({ primary }) => (primary.targetState = "unhealthy")],
    ["the primary is in the empty group", ["open-primary"], ({ primary }) => primary.close()],
    [
      "the primary's record says restored",
      ["open-primary"],
      (claims) => (claims.changes = { "prod.activation": recordOf("restored", HOME) }),
    ],
    ["the switch is on", ["cut-back"], (claims) => claims.turn()],
    [
      "the primary is marked as fenced",
      ["cut-back"],
      (claims) => claims.objects.put(STANDBY_BUCKET, markOf(claims)),
    ],
    ["users get an error", ["validate-primary"], (claims) => (claims.httpStatus = 503)],
    ...databaseRows("primary", homeName, ["validate-primary"]),
    ["the standby's record is there", ["return-standby"], (claims) => claims.record("restored", POINT)],
    ["the standby admits everybody", ["return-standby"], ({ standby }) => standby.admit("0.0.0.0/0")],
    [
      "something is told to run in the standby",
      ["return-standby"],
      ({ standby }) => (standby.service.count = 1),
    ],
    ...databaseRows("standby", () => "shop-dr-database", ["return-standby"]),
    [
      "the database that served is not protected",
      ["return-standby"],
      ({ standby }) => standby.hold("shop-dr-database-1", false),
    ],
    [
      "nothing that is younger has arrived",
      ["protect-again"],
      (claims) => (claims.override = { standby: { recoveryPoints: async () => [] } }),
    ],
  ],
};

const STAY: Moment = {
  plan: (claims) => failback(claims.subject(), { kind: "stay" }, [], []),
  world: serving,
  rows: [
    ["too little runs", ["unfence-standby", "await-standby"], ({ standby }) => (standby.service.count = 1)],
    ["the standby is in the empty group", ["unfence-standby"], ({ standby }) => standby.close()],
    ...databaseRows("standby", restoredName, ["unfence-standby"]),
    ["a target is unhealthy", ["await-standby"], ({ standby }) => (standby.targetState = "unhealthy")],
    ["the switch is off", ["cut-over-again"], (claims) => claims.forget(SWITCH_BUCKET, "serve-from-standby")],
  ],
};

testClaims({
  "a failback with both sides closed": FAILBACK_CLOSED,
  "a failback": FAILBACK_OPEN,
  "a failback that is given up": STAY,
});
