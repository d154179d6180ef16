import type { EnvironmentInput, ProjectInput } from "./schema.ts";

/** Gives an environment file types and completion; a plain object does as well. */
export const defineEnvironment = (environment: EnvironmentInput): EnvironmentInput => environment;

/** Gives the project file types and completion; a plain object does as well. */
export const defineProject = (project: ProjectInput): ProjectInput => project;
