import type { Template } from "../../src/guardrails/template.ts";

/** The synthesized text of each block of a stack by its address, so that a difference names what differs. */
export function bytesOf(template: Template): Record<string, string> {
  const { terraform, provider, resource, data, output } = template;
  const blocks: [string, unknown][] = [
    ["terraform", terraform],
    ...(provider["aws"] ?? []).map(({ alias, ...own }): [string, unknown] => [
      alias === undefined ? "provider" : `provider.${JSON.stringify(alias)}`,
      { alias, ...own },
    ]),
    ...Object.entries({ ...resource }).flatMap(([type, bodies]) => addressed(type, bodies)),
    ...Object.entries(data).flatMap(([type, bodies]) => addressed(`data.${type}`, bodies)),
    ...addressed("output", output),
  ];
  return Object.fromEntries(blocks.map(([address, block]) => [address, JSON.stringify(block)]));
}

const addressed = (type: string, bodies: Readonly<Record<string, unknown>>): [string, unknown][] =>
  Object.entries(bodies).map(([id, body]) => [`${type}.${id}`, body]);

/** Without the blocks whose address matches. */
export const without = (bytes: Readonly<Record<string, string>>, address: RegExp): Record<string, string> =>
  Object.fromEntries(Object.entries(bytes).filter(([one]) => !address.test(one)));
