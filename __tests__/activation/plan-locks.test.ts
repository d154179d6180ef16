import { describe, expect, it } from "vitest";
import { activation, type Changes, merge, synthesizeOne } from "../support/environments.ts";
import { PROTECTED } from "../support/protected-pair.ts";

const locksOf = (name: string, changes: Changes): string[] =>
  Object.keys(synthesizeOne(name, changes).template.data["aws_s3_objects"] ?? {});

describe("a standby's stack", () => {
  it("asks for the record in force as long as it is a pilot light, and not once it has a record itself", () => {
    expect(locksOf("dr", PROTECTED)).toEqual(["pilot_light_lock_record"]);
    for (const posture of ["restored", "active"] as const)
      expect(locksOf("dr", merge(PROTECTED, activation(posture)))).toEqual([]);
  });

  it("asks no other region than its own", () => {
    const alone = merge(PROTECTED, { bootstrap: { stateReplication: { enabled: false } } });
    expect(locksOf("dr", alone)).toEqual([]);
  });
});

describe("a primary's stack", () => {
  it("asks for the mark of its fence where it can be recovered, and nowhere else", () => {
    expect(locksOf("prod", PROTECTED)).toEqual(["fence_lock_mark"]);
    expect(locksOf("prod", {})).toEqual([]);
    expect(locksOf("dev", PROTECTED)).toEqual([]);
  });

  it("can be planned all the same by whoever sets the variable, whose default is no", () => {
    const { template } = synthesizeOne("prod", PROTECTED);
    expect(template).toMatchObject({ variable: { allow_while_fenced: { type: "bool", default: false } } });
  });
});
