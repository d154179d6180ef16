import { containersOf } from "./containers.ts";
import type { Guardrail } from "./guardrail.ts";

/** What runs tomorrow is what was tested today (T5). */
export const pinnedImage: Guardrail = {
  name: "pinned-image",
  summary: "every container names its image by digest, or by a tag other than latest",
  violations: ({ template }) =>
    containersOf(template)
      .filter(({ image }) => !isPinned(image))
      .map(({ address, name, image }) => ({
        key: "compute.container.image",
        message: `container ${name} of ${address} runs an image that may change, got ${image}; name a digest or an immutable tag`,
      })),
};

function isPinned(image: string): boolean {
  // A registry's address may hold a port, so only what follows the last slash or reference can be a tag.
  const rest = image.replace(/^.*[/}]/s, "");
  if (rest.includes("@")) return /@sha256:[0-9a-f]{64}$/.test(rest);
  const [, tag] = /:([\w.-]+)$/.exec(rest) ?? [];
  return tag !== undefined && tag !== "latest";
}
