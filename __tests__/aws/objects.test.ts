import { describe, expect, it } from "vitest";
import { AwsFailure, Conflict } from "../../src/aws/failure.ts";
import { objectQuestions } from "../../src/aws/live/objects.ts";
import type { WriteCondition } from "../../src/aws/port.ts";

const failing = (name: string) => {
  const refuse = async (): Promise<never> => {
    throw Object.assign(new Error("what S3 says"), { name });
  };
  const calls = { headObject: refuse, getObject: refuse, listObjects: refuse, deleteObject: refuse };
  return objectQuestions({ region: "eu-central-1", ...calls, putObject: refuse });
};

describe("a conditional write that S3 refuses", () => {
  const ETAG: WriteCondition = { etag: '"1"' };
  it.each<[string, WriteCondition | undefined, typeof Conflict | typeof AwsFailure]>([
    ["PreconditionFailed", ETAG, Conflict],
    ["PreconditionFailed", { absent: true }, Conflict],
    ["ConditionalRequestConflict", ETAG, Conflict],
    // If-Match on an object that is gone (T67).
    ["NoSuchKey", ETAG, Conflict],
    ["NotFound", ETAG, Conflict],
    ["NoSuchKey", undefined, AwsFailure],
    ["NoSuchBucket", ETAG, AwsFailure],
  ])("with %s of %j is a %o", async (name, only, kind) => {
    await expect(failing(name).write("bucket", "lock.json", "{}", only)).rejects.toBeInstanceOf(kind);
  });
});
