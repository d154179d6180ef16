/** What happens to one call of a simulated process. */
export interface Fault {
  /** Which call of the process it hits; the first is 1. */
  readonly at: number;
  readonly kind: FaultKind | ErrorKind;
  /** Hits every later call of the same name as well. */
  readonly stays?: boolean;
}

/** Before or after its effect: a process that is killed, an answer that is an error, an answer that is lost. */
export const FAULT_KINDS = [
  "kill-before",
  "kill-after",
  "denied",
  "throttled",
  "failed",
  "lost-answer",
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** How a call goes wrong for a process that lives on. */
export const ERROR_KINDS = [
  "denied",
  "throttled",
  "busy",
  "credentials",
  "unreachable",
  "invalid",
  "missing",
  "internal",
  "malformed",
  "empty",
  "lost-answer",
] as const;
export type ErrorKind = (typeof ERROR_KINDS)[number];

/** Makes the failure that a kind of call answers with. */
type Failing = (kind: FaultKind | ErrorKind, call: string) => Error;

/** A call that was made, and whether AWS could have answered that there is nothing. */
export interface MadeCall {
  readonly name: string;
  readonly canBeEmpty: boolean;
}

/** Questions to which "there is none" is an answer. S3 never says so of an object that was written. */
const MAY_BE_UNDEFINED =
  /:(recoveryPoints|snapshot|replicatedBackup|key|image|service|instanceGroup|nodeGroup|certificate|loadBalancer|subscriptions|database|taskScaling|secret|healthCheck)$/;

/** What goes wrong only after the call has had its effect. */
const HAPPENS: ReadonlySet<string> = new Set(["kill-after", "lost-answer", "empty"]);

/** A promise of a process that no longer exists: nothing after it ever happens, not even a `finally`. */
const never = (): Promise<never> => new Promise(() => undefined);

/** One process of the tool: every call to the outside passes through it, and any of them can be its last. */
export class SimulatedProcess {
  /** Calls that it made, in order. */
  readonly made: MadeCall[] = [];
  private isDead = false;
  private die: () => void = () => undefined;
  /** Resolves when it is killed. */
  readonly killed = new Promise<"killed">((resolve) => {
    this.die = () => resolve("killed");
  });

  constructor(
    private readonly faults: readonly Fault[],
    private readonly afterCall: () => void,
  ) {}

  /** Makes a call, unless the process is dead or this call is the one that a fault hits. */
  async call<Value>(
    name: string,
    act: () => Promise<Value>,
    failing: Failing,
    nothing?: (value: Value) => Value,
  ): Promise<Value> {
    if (this.isDead) return never();
    const at = this.made.length + 1;
    const fault = this.faults.find(
      (one) => one.at === at || (one.stays === true && this.isStruck(one, name)),
    )?.kind;
    const index = this.made.push({ name, canBeEmpty: false }) - 1;
    if (fault === "kill-before") return this.end();
    if (fault !== undefined && !HAPPENS.has(fault)) throw failing(fault, name);
    const value = await act();
    this.afterCall();
    const canBeEmpty =
      nothing !== undefined &&
      !name.endsWith(":list") &&
      (Array.isArray(value) || MAY_BE_UNDEFINED.test(name));
    this.made[index] = { name, canBeEmpty };
    if (fault === "kill-after") return this.end();
    if (fault === "lost-answer") throw failing(fault, name);
    if (fault === "empty" && canBeEmpty) return nothing(value);
    return value;
  }

  /** Every function of an object as a call of this process. */
  through<Reached extends object>(prefix: string, reached: Reached, failing: Failing): Reached {
    return new Proxy(reached, {
      get: (target, key, receiver) => {
        const member: unknown = Reflect.get(target, key, receiver);
        if (typeof member !== "function") return member;
        return (...args: unknown[]) =>
          this.call(
            `${prefix}:${String(key)}`,
            async (): Promise<unknown> => Reflect.apply(member, target, args),
            failing,
            (value) => (Array.isArray(value) ? [] : undefined),
          );
      },
    });
  }

  /** Whether a fault that stays has begun, at a call of this name. */
  private isStruck({ at }: Fault, name: string): boolean {
    return this.made[at - 1]?.name === name;
  }

  private end(): Promise<never> {
    this.isDead = true;
    this.die();
    return never();
  }
}
