/** One mistake in one place: printed as `file: key: message`. */
export interface Problem {
  readonly file: string;
  /** Dotted path of the key; empty when the whole file is meant. */
  readonly key: string;
  /** What is wrong, got what; what to do. */
  readonly message: string;
}

/** The one-line form of a problem. */
export function formatProblem({ file, key, message }: Problem): string {
  return [file, key, message].filter((part) => part !== "").join(": ");
}

/** Mistakes of the user, all at once. The entry points print them without a stack trace and exit with 2. */
export class UserError extends Error {
  override readonly name = "UserError";

  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(formatProblem).join("\n"));
  }
}

/** Formats a zod path as the key that a person would write: `exceptions[0].reason`. */
export function formatKey(path: readonly PropertyKey[]): string {
  return path.reduce<string>((key, part) => {
    const name = String(part);
    if (typeof part === "number") return `${key}[${name}]`;
    if (!/^[A-Za-z_$][\w$]*$/.test(name)) return `${key}[${JSON.stringify(name)}]`;
    return key === "" ? name : `${key}.${name}`;
  }, "");
}
