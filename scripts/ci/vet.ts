import { z } from "zod";

/**
 * What a synthesized stack may hold if a job with credentials plans it before anybody has reviewed it. Terraform runs programs
 * for data sources of other providers, for a credential process of a provider and for modules; it sends signed requests to
 * endpoints that a provider or a backend names; and some functions read files of the machine.
 */
const json = z.json();
/** Part of the name of the server that is asked. */
const region = z.string().regex(/^[a-z0-9-]+$/, "no name of a region");
const backendSchema = z.strictObject({
  s3: z.strictObject({
    bucket: z.string(),
    key: z.string(),
    region,
    encrypt: z.boolean(),
    kms_key_id: z.string(),
    use_lockfile: z.boolean(),
    allowed_account_ids: z.array(z.string()),
  }),
});
const providerSchema = z.strictObject({
  alias: z.string().optional(),
  region,
  allowed_account_ids: z.array(z.string()),
  default_tags: json.optional(),
  max_retries: z.number().optional(),
  sts_region: region.optional(),
});
const templateSchema = z.strictObject({
  "//": json.optional(),
  terraform: z.strictObject({
    backend: backendSchema.optional(),
    required_providers: z.strictObject({
      aws: z.strictObject({ source: z.enum(["aws", "hashicorp/aws"]), version: z.string() }),
    }),
    required_version: z.string().optional(),
  }),
  provider: z.strictObject({ aws: z.array(providerSchema) }),
  resource: z
    .record(z.string().regex(/^(aws_\w+|terraform_data)$/, "resources of AWS only"), json)
    .optional(),
  data: z
    .strictObject({
      aws_availability_zones: json.optional(),
      aws_backup_vault: json.optional(),
      aws_ip_ranges: json.optional(),
      aws_resourcegroupstaggingapi_resources: json.optional(),
      aws_s3_objects: json.optional(),
      terraform_remote_state: z
        .record(
          z.string(),
          z.strictObject({
            "//": json.optional(),
            backend: z.literal("s3"),
            config: z.strictObject({
              bucket: z.string(),
              key: z.string(),
              region,
              kms_key_id: z.string().optional(),
              allowed_account_ids: json.optional(),
            }),
            defaults: json.optional(),
            lifecycle: json.optional(),
          }),
        )
        .optional(),
    })
    .optional(),
  output: json.optional(),
  variable: json.optional(),
  moved: json.optional(),
  removed: json.optional(),
});

/** Each reason not to plan a stack with credentials, one line each; none if it may be planned. */
export function findingsIn(template: unknown): readonly string[] {
  const { success, error } = templateSchema.safeParse(template);
  const shape = success ? [] : error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  return [...shape, ...inside(template, [])];
}

/** Functions that read files, wherever they are. A provisioner runs in an apply only, and nothing here is applied. */
function inside(value: unknown, path: readonly string[]): readonly string[] {
  if (typeof value === "string") return readsFiles(value) ? [`${path.join(".")}: reads a file`] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => [
    ...(readsFiles(key) ? [`${[...path, key].join(".")}: reads a file`] : []),
    ...inside(inner, [...path, key]),
  ]);
}

/** Whether an expression in a text calls a function that reads a file, or has a form that is not followed here. */
const readsFiles = (text: string): boolean => /\b(file\w*|template\w*)\b|<</.test(expressionsIn(text));

/** Text of a value, text that is quoted in an expression, where a backslash escapes, and an expression. */
const TOKENS = {
  text: /\$\$\{|%%\{|[$%]\{|[^]/y,
  quoted: /\\[^]|\$\$\{|%%\{|[$%]\{|[^]/y,
  code: /#[^\n]*|\/\/[^\n]*|\/\*[^]*?\*\/|[^]/y,
};

/** What Terraform evaluates of a text: the expressions in it, without the text that is quoted in them and without comments. */
function expressionsIn(text: string): string {
  const outermost: Place = { mode: "text", braces: 0 };
  const around: Place[] = [];
  let place = outermost;
  let found = "";
  const enter = (mode: Place["mode"]): void => {
    around.push(place);
    place = { mode, braces: 0 };
  };
  for (let at = 0; at < text.length;) {
    const pattern = TOKENS[place.mode];
    pattern.lastIndex = at;
    const [token] = pattern.exec(text) ?? [text.slice(at)];
    at += token.length;
    if (place.mode !== "code") {
      if (token === "${" || token === "%{") enter("code");
      else if (place.mode === "quoted" && token === '"') place = around.pop() ?? outermost;
    } else if (token === '"') enter("quoted");
    else if (token === "}" && place.braces === 0) place = around.pop() ?? outermost;
    else {
      if (token === "{") place.braces += 1;
      if (token === "}") place.braces -= 1;
      // A comment parts two words, as a space does.
      found += token.length > 1 ? " " : token;
    }
  }
  return found;
}

/** Where a scan is, and how many braces of an expression are open there. */
interface Place {
  readonly mode: keyof typeof TOKENS;
  braces: number;
}
