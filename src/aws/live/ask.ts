import { z } from "zod";
import { AwsFailure, type FailureKind } from "../failure.ts";

const errorShape = z.looseObject({
  name: z.string().catch(""),
  code: z.string().optional().catch(undefined),
  message: z.string().catch(""),
  $metadata: z.looseObject({ httpStatusCode: z.number().optional() }).optional().catch(undefined),
});

/** Words of AWS's services and of Node's network, the first that matches decides. */
const KINDS: readonly (readonly [kind: FailureKind, pattern: RegExp])[] = [
  [
    "credentials",
    /^(CredentialsProviderError|TokenProviderError|Expired|InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId|SignatureDoesNotMatch|RequestExpired)/,
  ],
  [
    "denied",
    /^(AccessDenied|UnauthorizedOperation|AuthorizationError|NotAuthorized|Forbidden|KMSAccessDenied|403)/,
  ],
  ["throttled", /(Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|BandwidthLimit)/],
  ["busy", /^InvalidDB(Instance|Snapshot)State/],
  [
    "unreachable",
    /^(TimeoutError|AbortError|RequestTimeout|E(CONN|HOST|NET|AI_|NOTFOUND|PIPE|TIMEDOUT)|ENOTFOUND|NetworkingError)/,
  ],
];

/**
 * Asks, and turns whatever goes wrong into a failure.
 *
 * @param absent error names by which AWS says that the thing does not exist: they become undefined
 */
export async function ask<Answer>(
  action: string,
  region: string,
  question: () => Promise<Answer>,
): Promise<Answer>;
export async function ask<Answer>(
  action: string,
  region: string,
  question: () => Promise<Answer>,
  absent: readonly string[],
): Promise<Answer | undefined>;
export async function ask<Answer>(
  action: string,
  region: string,
  question: () => Promise<Answer>,
  absent: readonly string[] = [],
): Promise<Answer | undefined> {
  try {
    return await question();
  } catch (error) {
    if (absent.includes(nameOf(error))) return undefined;
    throw failureOf(error, action, region);
  }
}

/** The service's word for an error. */
export function nameOf(error: unknown): string {
  return errorShape.safeParse(fields(error)).data?.name ?? "";
}

/** What an error of the SDK means to someone who asked. */
function failureOf(error: unknown, action: string, region: string): AwsFailure {
  const { name, code, message, $metadata } = errorShape.parse(fields(error));
  const words = [name, code ?? ""];
  const named = KINDS.find(([, pattern]) => words.some((word) => pattern.test(word)))?.[0];
  const kind = named ?? ($metadata?.httpStatusCode === 403 ? "denied" : "failed");
  // The SDK gives a connection that was reset the name of a time-out.
  const said = code === "ETIMEDOUT" ? "no answer in time" : firstLine(message);
  const label = code ?? name;
  // Node's own messages name the code already.
  const reason = (said.includes(label) ? [said] : [label, said]).filter((part) => part !== "").join(": ");
  return new AwsFailure(kind, action, region, reason === "" ? String(error) : reason);
}

/** Errors of the SDK keep some of these in getters and prototypes, which a parser does not look at. */
function fields(error: unknown): unknown {
  if (!(error instanceof Error)) return {};
  const { name, message } = error;
  return {
    name,
    message,
    code: "code" in error ? error.code : undefined,
    $metadata: "$metadata" in error ? error.$metadata : undefined,
  };
}

const firstLine = (text: string): string => text.split("\n")[0] ?? "";

/** Every item of an answer that comes in pages. */
export async function allOf<Page, Item>(
  ask: (token: string | undefined) => Promise<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
  tokenOf: (page: Page) => string | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  let token: string | undefined;
  do {
    const page = await ask(token);
    items.push(...(itemsOf(page) ?? []));
    token = tokenOf(page) || undefined;
  } while (token !== undefined);
  return items;
}
