/** What became of one part of a fence. */
export interface FencePart {
  readonly part: "ingress" | "compute";
  /**
   * `held` is the aim. `impossible` is told loudly and stops nothing: two writers are worse than an outage, and a region that
   * does not answer can't be fenced (T43).
   */
  readonly outcome: "held" | "impossible";
  /** What was seen, with numbers. */
  readonly evidence: string;
  /** What a person has to do, in lines that can be pasted; only of what was impossible. */
  readonly remedy: string | undefined;
}

export const held = (part: FencePart["part"], evidence: string): FencePart => ({
  part,
  outcome: "held",
  evidence,
  remedy: undefined,
});

export const impossible = (part: FencePart["part"], evidence: string, remedy: string): FencePart => ({
  part,
  outcome: "impossible",
  evidence,
  remedy,
});
