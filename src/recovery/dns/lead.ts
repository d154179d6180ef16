import type { NameAnswer, NameLookup } from "./lookup.ts";

/** Where users' names lead, as this machine's resolver says. */
export type Lead =
  | { readonly kind: "there"; readonly evidence: string; readonly ttlSeconds: number }
  /** To the other side, at least one of them. */
  | { readonly kind: "elsewhere"; readonly evidence: string; readonly ttlSeconds: number }
  /** Nothing that can be asked says it. */
  | { readonly kind: "not known"; readonly evidence: string; readonly ttlSeconds: number };

/** A load balancer as DNS knows it. */
export interface Side {
  /** Of the environment. */
  readonly name: string;
  readonly dnsName: string;
}

/** Compares the addresses of users' names with those of both load balancers. */
export async function leadOf(
  names: readonly string[],
  target: Side,
  other: Side | undefined,
  lookup: NameLookup,
): Promise<Lead> {
  if (names.length === 0)
    return { kind: "not known", evidence: "no file says by which names users come", ttlSeconds: 0 };
  const [theirs, others, ...answers] = await Promise.all([
    ask(lookup, target.dnsName),
    other === undefined ? undefined : ask(lookup, other.dnsName),
    ...names.map((name) => ask(lookup, name)),
  ]);
  const ttlSeconds = Math.max(0, ...answers.map((answer) => (isAnswer(answer) ? answer.ttlSeconds : 0)));
  const found = names.map((name, index) => judge(name, answers[index], theirs, others, target, other));
  const evidence = found.map((one) => one.evidence).join("; ");
  const kind = found.some((one) => one.kind === "elsewhere")
    ? "elsewhere"
    : found.every((one) => one.kind === "there")
      ? "there"
      : "not known";
  return { kind, evidence, ttlSeconds };
}

type Asked = NameAnswer | string | undefined;

const isAnswer = (asked: Asked): asked is NameAnswer => typeof asked === "object";

/** An answer, or why there is none. */
async function ask(lookup: NameLookup, name: string): Promise<NameAnswer | string> {
  try {
    return await lookup.addresses(name);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function judge(
  name: string,
  answer: Asked,
  theirs: Asked,
  others: Asked,
  target: Side,
  other: Side | undefined,
): Pick<Lead, "kind" | "evidence"> {
  if (!isAnswer(answer))
    return { kind: "not known", evidence: `no resolver answers for ${name}: ${answer ?? "nothing"}` };
  const { addresses } = answer;
  if (addresses.length === 0) return { kind: "not known", evidence: `${name} has no address` };
  const isAnyOf = (side: Asked): boolean =>
    isAnswer(side) && addresses.some((address) => side.addresses.includes(address));
  if (other !== undefined && isAnyOf(others))
    return { kind: "elsewhere", evidence: `${name} leads to ${other.name}, ${other.dnsName}` };
  // A load balancer does not always answer all of its addresses.
  if (isAnyOf(theirs))
    return { kind: "there", evidence: `${name} leads to ${target.name}, ${target.dnsName}` };
  return {
    kind: "not known",
    evidence: `${name} answers ${addresses.join(", ")}, which is no address of ${target.name}${other === undefined ? "" : ` or ${other.name}`}`,
  };
}
