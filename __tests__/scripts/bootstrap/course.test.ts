import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseCourse, type Situation } from "../../../scripts/bootstrap/course.ts";
import type { State } from "../../../scripts/bootstrap/state-file.ts";

const state = (ids: Readonly<Record<string, string>>): State => ({
  lineage: "one",
  serial: 1,
  ids: new Map(Object.entries(ids)),
});

const KEY = "aws_kms_key.state_encryption_key";
const BUCKET = "aws_s3_bucket.state_store_bucket";
const partial = state({ [KEY]: "key-1" });
const whole = state({ [KEY]: "key-1", [BUCKET]: "tfstate" });
const foreign = state({ [KEY]: "key-2", [BUCKET]: "tfstate" });

const nothing: Situation = { begun: false, local: undefined, bucketExists: false, remote: undefined };

const CASES: readonly (readonly [title: string, differs: Partial<Situation>, course: string])[] = [
  ["nothing is there", {}, "begin"],
  ["killed before anything was recorded", { begun: true }, "resume"],
  ["killed before the bucket was made", { begun: true, local: partial }, "resume"],
  ["killed when the bucket was made but not recorded", { begun: true, bucketExists: true }, "resume"],
  ["killed before the state was moved", { begun: true, local: whole, bucketExists: true }, "resume"],
  ["the bucket was deleted afterwards", { local: whole }, "resume"],
  ["the bucket holds an empty state", { local: whole, bucketExists: true, remote: state({}) }, "resume"],
  [
    "killed after the state was moved",
    { begun: true, local: whole, bucketExists: true, remote: whole },
    "settle",
  ],
  ["an older copy was left behind", { local: partial, bucketExists: true, remote: whole }, "settle"],
  ["all is well", { bucketExists: true, remote: whole }, "maintain"],
  ["all is well, an old marker is left", { begun: true, bucketExists: true, remote: whole }, "maintain"],
  ["somebody else's bucket", { bucketExists: true }, "refuse"],
  ["two states of two keys", { local: whole, bucketExists: true, remote: foreign }, "refuse"],
  ["the copy here knows more", { local: whole, bucketExists: true, remote: partial }, "refuse"],
];

describe("bootstrap", () => {
  it.each(CASES)("%s", (_, differs, course) => {
    expect(chooseCourse({ ...nothing, ...differs }).kind).toBe(course);
  });

  it("says which resource two states disagree about", () => {
    const course = chooseCourse({ ...nothing, local: whole, bucketExists: true, remote: foreign });
    expect(course).toMatchObject({
      reason: `two states disagree, ${KEY} is key-1 on this machine and key-2 in the bucket; find out which one is true and remove the other`,
    });
  });

  it("never gives up a state that the bucket does not hold, nor overwrites one that does", () => {
    const ids = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.constantFrom("1", "2"), { maxKeys: 3 });
    const some = fc.option(ids.map(state), { nil: undefined });
    fc.assert(
      fc.property(some, some, fc.boolean(), (local, remote, begun) => {
        const { kind } = chooseCourse({ begun, local, bucketExists: true, remote });
        const isHeld = [...(local?.ids ?? [])].every(([id, value]) => remote?.ids.get(id) === value);
        const isEmpty = (remote?.ids.size ?? 0) === 0;
        return { begin: isEmpty, resume: isEmpty, settle: isHeld, maintain: isHeld, refuse: true }[kind];
      }),
    );
  });
});
