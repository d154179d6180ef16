import type { Specs } from "../config/spec.ts";
import type { Template } from "../guardrails/template.ts";
import { type Layout, layOut } from "./layout.ts";
import { layOutPair } from "./pair-layout.ts";
import { pairPicture } from "./pair.ts";
import type { Picture } from "./picture.ts";
import { stackPictures } from "./pictures.ts";
import type { DiagramSpecs } from "./sources.ts";

/** What is drawn, and where everything of it is. */
export interface Diagram extends Pick<Picture, "title" | "description"> {
  readonly layout: Layout;
}

/** Every diagram by the name of its file. */
export async function diagrams(
  { stacks, postures }: DiagramSpecs,
  synthesize: (specs: Specs) => ReadonlyMap<string, Template>,
): Promise<ReadonlyMap<string, Diagram>> {
  const drawn = new Map<string, Diagram>();
  for (const [name, picture] of stackPictures(stacks, synthesize(stacks)))
    drawn.set(`stack-${name}`, { ...picture, layout: await layOut(picture) });
  for (const specs of postures) {
    const picture = pairPicture(specs, synthesize(specs));
    drawn.set(`pair-${picture.posture}`, { ...picture, layout: await layOutPair(picture) });
  }
  return drawn;
}
