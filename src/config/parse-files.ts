import { basename } from "node:path";
import { type Activation, activationSchema, FORMAT, formatOf } from "../activation/schema.ts";
import { type Project, projectSchema } from "../project/schema.ts";
import type { Bootstrap, Service, Standby, Traffic } from "./configuration.ts";
import type { Problem } from "./problem.ts";
import type { SourceFile, SourceFiles } from "./read-files.ts";
import { environmentSchema } from "./schema.ts";
import { type Validated, validate } from "./validate.ts";

/** An activation record with its place. */
export interface ActivationRecord {
  /** The environment that it activates. */
  readonly name: string;
  readonly file: string;
  readonly activation: Activation;
}

/** Everything that could be parsed, each file for itself. */
export interface ParsedFiles {
  readonly project: Project | undefined;
  readonly bootstraps: readonly Bootstrap[];
  readonly services: readonly Service[];
  readonly standbys: readonly Standby[];
  readonly traffics: readonly Traffic[];
  readonly activations: readonly ActivationRecord[];
  /** Names of the environment files that are there, whatever is in them. */
  readonly present: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

/** Validates each file for itself; a file with mistakes is in the result without them, where that is possible. */
export function parseFiles(sources: SourceFiles, directory: string): ParsedFiles {
  const problems: Problem[] = [...sources.problems];
  const valueOf = <Value>({ value, problems: found }: Validated<Value>): Value | undefined => {
    problems.push(...found);
    return value;
  };
  const projectFile = sources.files.find(isProject);
  const project = projectFile && valueOf(validate(projectSchema, projectFile));
  const bootstraps: Bootstrap[] = [];
  const services: Omit<Service, "activation">[] = [];
  const standbys: Standby[] = [];
  const traffics: Traffic[] = [];
  for (const source of sources.files.filter((one) => !isProject(one))) {
    const config = valueOf(validate(environmentSchema, source));
    if (config === undefined) continue;
    const { name, file } = source;
    const home = config.kind === "standby" || config.kind === "traffic" ? "standby" : "primary";
    const chosen = config.kind === "traffic" ? undefined : config.region;
    const place = { name, file, region: chosen ?? project?.regions[home] ?? `the ${home} region` };
    if (config.kind === "bootstrap") bootstraps.push({ ...place, config });
    else if (config.kind === "service") services.push({ ...place, config });
    else if (config.kind === "standby") standbys.push({ ...place, config });
    else traffics.push({ ...place, config });
  }
  const activations = sources.activations.flatMap((source) => {
    const format = formatOf(source.value);
    if (format > FORMAT) {
      // Whatever else this version does not know of it is none of the person's mistakes.
      const message = `a newer version of this tool wrote it, got ${format}, and this one reads ${FORMAT}; bring this checkout up to date`;
      problems.push({ file: source.file, key: "format", message });
      return [];
    }
    const activation = valueOf(validate(activationSchema, source, { isFilledIn: true }));
    return activation === undefined ? [] : [{ name: source.name, file: source.file, activation }];
  });

  const present = new Set([...sources.files, ...sources.problems].map(({ file }) => basename(file, ".ts")));
  problems.push(...missingFiles(present, directory));
  return {
    project,
    bootstraps,
    services: services.map((service) => ({
      ...service,
      activation: activations.find(({ name }) => name === service.name)?.activation,
    })),
    standbys,
    traffics,
    activations,
    present,
    problems,
  };
}

const isProject = ({ name }: SourceFile): boolean => name === "project";

function* missingFiles(present: ReadonlySet<string>, directory: string): Generator<Problem> {
  if (!present.has("project")) {
    const message = "missing; write it as docs/configuration.md shows";
    yield { file: `${directory}/project.ts`, key: "", message };
  } else if (present.size === 1) {
    yield {
      file: directory,
      key: "",
      message: "holds no environment; add one as docs/configuration.md shows",
    };
  }
}
