import { z } from "zod";
import { resourcesOf, type Template } from "./template.ts";

const containerSchema = z.looseObject({
  name: z.string(),
  image: z.string(),
  user: z.string().optional(),
});

/** One container of a task definition. */
export interface Container extends z.output<typeof containerSchema> {
  /** Address of its task definition. */
  readonly address: string;
}

/** The containers of every task definition of a template. */
export function containersOf(template: Template): Container[] {
  return resourcesOf(template, "aws_ecs_task_definition").flatMap(({ address, body }) => {
    const definitions: unknown = JSON.parse(String(body["container_definitions"]));
    return z
      .array(containerSchema)
      .parse(definitions)
      .map((container) => ({ ...container, address }));
  });
}
