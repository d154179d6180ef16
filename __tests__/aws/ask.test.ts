import { describe, expect, it } from "vitest";
import { AwsFailure } from "../../src/aws/failure.ts";
import { allOf, ask } from "../../src/aws/live/ask.ts";

/** An error as the SDK throws it. */
const sdkError = (name: string, fields: object = {}): Error =>
  Object.assign(new Error("what AWS says\nand more"), { name, ...fields });

async function failure(thrown: unknown): Promise<AwsFailure> {
  const reject = (): Promise<never> => Promise.reject(thrown);
  try {
    await ask("backup:ListCopyJobs", "eu-west-1", reject);
  } catch (caught) {
    if (caught instanceof AwsFailure) return caught;
  }
  throw new Error("it was no failure");
}

describe("an error of AWS", () => {
  it.each([
    ["AccessDeniedException", {}, "denied"],
    ["UnauthorizedOperation", {}, "denied"],
    ["AuthorizationErrorException", {}, "denied"],
    ["403", { $metadata: { httpStatusCode: 403 } }, "denied"],
    ["UnknownError", { $metadata: { httpStatusCode: 403 } }, "denied"],
    ["ThrottlingException", {}, "throttled"],
    ["SlowDown", {}, "throttled"],
    ["RequestLimitExceeded", {}, "throttled"],
    ["TooManyRequestsException", {}, "throttled"],
    ["TimeoutError", {}, "unreachable"],
    ["AbortError", {}, "unreachable"],
    ["Error", { code: "ECONNRESET" }, "unreachable"],
    ["Error", { code: "ENOTFOUND" }, "unreachable"],
    ["Error", { code: "EAI_AGAIN" }, "unreachable"],
    ["InvalidDBInstanceState", {}, "busy"],
    ["InvalidDBInstanceStateFault", {}, "busy"],
    ["InvalidDBSnapshotState", {}, "busy"],
    ["CredentialsProviderError", {}, "credentials"],
    ["ExpiredTokenException", {}, "credentials"],
    ["ExpiredToken", { $metadata: { httpStatusCode: 403 } }, "credentials"],
    ["InvalidClientTokenId", { $metadata: { httpStatusCode: 403 } }, "credentials"],
    ["ServiceUnavailableException", { $metadata: { httpStatusCode: 503 } }, "failed"],
    ["NoSuchBucket", { $metadata: { httpStatusCode: 404 } }, "failed"],
  ])("%s %j is %s", async (name, fields, kind) => {
    expect((await failure(sdkError(name, fields))).kind).toBe(kind);
  });

  it("tells what was asked, where, and the first line of the answer", async () => {
    const { message } = await failure(sdkError("AccessDeniedException"));
    expect(message).toBe("backup:ListCopyJobs in eu-west-1: AccessDeniedException: what AWS says");
    const { reason } = await failure(sdkError("Error", { code: "ECONNRESET", message: "read ECONNRESET" }));
    expect(reason).toBe("read ECONNRESET");
    expect((await failure("a string")).message).toBe("backup:ListCopyJobs in eu-west-1: a string");
  });

  it("is the answer that something does not exist only where it is said to be", async () => {
    const missing = (): Promise<never> => Promise.reject(sdkError("ResourceNotFoundException"));
    expect(await ask("a:B", "eu-west-1", missing, ["ResourceNotFoundException"])).toBeUndefined();
    await expect(ask("a:B", "eu-west-1", missing, ["NotFoundException"])).rejects.toThrow(AwsFailure);
    await expect(ask("a:B", "eu-west-1", missing)).rejects.toThrow(AwsFailure);
  });
});

describe("an answer in pages", () => {
  const pages = new Map<string | undefined, { items?: number[]; next?: string }>([
    [undefined, { items: [1, 2], next: "a" }],
    ["a", { next: "b" }],
    // Some services end with an empty token.
    ["b", { items: [3], next: "" }],
  ]);
  const all = (failAt?: string): Promise<number[]> =>
    allOf(
      async (token) => {
        if (failAt !== undefined && token === failAt) throw new Error("broken off");
        return pages.get(token) ?? {};
      },
      ({ items }) => items,
      ({ next }) => next,
    );

  it("is read to its end, an empty page in the middle included", async () => {
    expect(await all()).toEqual([1, 2, 3]);
  });

  it("is no answer when a later page is missing (T47)", async () => {
    await expect(all("b")).rejects.toThrow("broken off");
  });
});
