/** What happens to one call of a simulated process. */
export interface Fault {
  /** Which call of the process it hits; the first is 1. */
  readonly at: number;
  readonly kind: FaultKind;
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

/** Makes the failure that a kind of call answers with. */
type Failing = (kind: FaultKind, call: string) => Error;

/** A promise of a process that no longer exists: nothing after it ever happens, not even a `finally`. */
const never = (): Promise<never> => new Promise(() => undefined);

/** One process of the tool: every call to the outside passes through it, and any of them can be its last. */
export class SimulatedProcess {
  private calls = 0;
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

  /** How many calls it made. */
  get callCount(): number {
    return this.calls;
  }

  /** Makes a call, unless the process is dead or this call is the one that a fault hits. */
  async call<Value>(name: string, act: () => Promise<Value>, failing: Failing): Promise<Value> {
    if (this.isDead) return never();
    this.calls += 1;
    const fault = this.faults.find(({ at }) => at === this.calls)?.kind;
    if (fault === "kill-before") return this.end();
    if (fault === "denied" || fault === "throttled" || fault === "failed") throw failing(fault, name);
    const value = await act();
    this.afterCall();
    if (fault === "kill-after") return this.end();
    if (fault === "lost-answer") throw failing(fault, name);
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
          );
      },
    });
  }

  private end(): Promise<never> {
    this.isDead = true;
    this.die();
    return never();
  }
}
