import { includes, type State } from "./state-file.ts";

/** What is there before anything is done. */
export interface Situation {
  /** An earlier run on this machine started to create the bucket. */
  readonly begun: boolean;
  /** State on this machine. */
  readonly local: State | undefined;
  readonly bucketExists: boolean;
  /** State in the bucket. */
  readonly remote: State | undefined;
}

/** What to do about it. */
export type Course =
  /** Nothing is there: create everything with local state, then move the state into the bucket. */
  | { readonly kind: "begin" }
  /** An earlier run was interrupted before the state was in the bucket: finish what it began. */
  | { readonly kind: "resume" }
  /** An earlier run was interrupted after the state had arrived: put the local copy aside. */
  | { readonly kind: "settle" }
  /** The bucket holds its own state: apply what has changed, if anything. */
  | { readonly kind: "maintain" }
  /** To go on could lose a state. */
  | { readonly kind: "refuse"; readonly reason: string };

/** Chooses the course; a state is never overwritten by one that knows less. */
export function chooseCourse({ begun, local, bucketExists, remote }: Situation): Course {
  if (remote !== undefined && remote.ids.size > 0) {
    if (local === undefined) return { kind: "maintain" };
    if (includes(remote, local)) return { kind: "settle" };
    return { kind: "refuse", reason: disagreement(local, remote) };
  }
  if (local !== undefined || begun) return { kind: "resume" };
  if (!bucketExists) return { kind: "begin" };
  return {
    kind: "refuse",
    reason:
      "the bucket exists, but neither it nor this machine holds its state; go on where bootstrap was started, or remove the bucket if it is empty",
  };
}

function disagreement(local: State, remote: State): string {
  const [address, id] = [...local.ids].find(([one, value]) => remote.ids.get(one) !== value) ?? ["", ""];
  const other = remote.ids.get(address) ?? "nothing";
  return `two states disagree, ${address} is ${id} on this machine and ${other} in the bucket; find out which one is true and remove the other`;
}
