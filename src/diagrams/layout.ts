import elk, { type ElkNode } from "elkjs/lib/elk.bundled.js";
import type { Arrow, Box, Kind, Picture } from "./picture.ts";
import { textWidth } from "./text-width.ts";

export const TITLE_PX = 13;
export const DETAIL_PX = 11;
export const LINE_PX = 16;
export const PADDING_PX = 12;
/** Room for the title of a box that has others in it. */
export const HEADROOM_PX = 30;

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Rectangle extends Point {
  readonly width: number;
  readonly height: number;
}

/** A line of text, with the rectangle that it fills. */
export interface PlacedText extends Rectangle {
  readonly text: string;
  readonly role: "title" | "detail" | "place" | "label";
}

export interface PlacedBox extends Rectangle {
  readonly id: string;
  readonly kind: Kind;
  readonly isContainer: boolean;
  readonly depth: number;
}

export interface PlacedArrow {
  readonly points: readonly Point[];
  readonly dashed: boolean;
  readonly bothWays: boolean;
}

/** A diagram in which everything has its place, in pixels. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  readonly arrows: readonly PlacedArrow[];
  readonly texts: readonly PlacedText[];
}

const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.json.edgeCoords": "ROOT",
  "elk.randomSeed": "1",
  "elk.padding": "[top=12,left=12,bottom=12,right=12]",
  "elk.spacing.nodeNode": "20",
  "elk.spacing.edgeNode": "16",
  "elk.spacing.edgeLabel": "4",
  "elk.layered.spacing.nodeNodeBetweenLayers": "34",
  "elk.layered.spacing.edgeNodeBetweenLayers": "16",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
};

const INSIDE = {
  "elk.padding": `[top=${HEADROOM_PX},left=${PADDING_PX},bottom=${PADDING_PX},right=${PADDING_PX}]`,
};

/** Gives everything a place; the same picture always gets the same. */
export async function layOut({ boxes, arrows }: Pick<Picture, "boxes" | "arrows">): Promise<Layout> {
  const unplaced: ElkNode = {
    id: "picture",
    layoutOptions: OPTIONS,
    children: boxes.map(nodeOf),
    edges: arrows.map(edgeOf),
  };
  const graph = await new elk.default().layout(unplaced);
  const placed = boxes.flatMap((box) => place(box, graph.children, { x: 0, y: 0 }, 0));
  const edges = graph.edges ?? [];
  return {
    width: Math.ceil(graph.width ?? 0),
    height: Math.ceil(graph.height ?? 0),
    boxes: placed.map(({ box }) => box),
    texts: [
      ...placed.flatMap(({ texts }) => texts),
      ...edges.flatMap(({ labels = [] }) =>
        labels.map(({ text = "", x = 0, y = 0, width = 0, height = 0 }) => ({
          text,
          role: "label" as const,
          ...round({ x, y, width, height }),
        })),
      ),
    ],
    arrows: edges.map(({ sections = [] }, index) => ({
      dashed: arrows[index]?.dashed ?? false,
      bothWays: arrows[index]?.bothWays ?? false,
      points: sections.flatMap(({ startPoint, bendPoints = [], endPoint }) =>
        [startPoint, ...bendPoints, endPoint].map(({ x, y }) => ({ x: Math.round(x), y: Math.round(y) })),
      ),
    })),
  };
}

const edgeOf = ({ from, to, label = "" }: Arrow, index: number) => ({
  id: `arrow-${index}`,
  sources: [from],
  targets: [to],
  labels: label === "" ? [] : [{ text: label, width: textWidth(label, DETAIL_PX) + 4, height: LINE_PX }],
});

function nodeOf({ id, title, details = [], leastWidth = 0, children }: Box): ElkNode {
  const titleWidth = textWidth(title, TITLE_PX, true);
  if (children !== undefined) {
    const minimum = `(${titleWidth + 2 * PADDING_PX},${HEADROOM_PX + PADDING_PX})`;
    const layoutOptions = {
      ...INSIDE,
      "elk.nodeSize.constraints": "MINIMUM_SIZE",
      "elk.nodeSize.minimum": minimum,
    };
    return { id, layoutOptions, children: children.map(nodeOf) };
  }
  const width = Math.max(titleWidth, ...details.map((line) => textWidth(line, DETAIL_PX)));
  return { id, width: Math.max(leastWidth, width + 2 * PADDING_PX), height: leafHeight(details) };
}

export const leafHeight = (details: readonly string[] = []): number =>
  (1 + details.length) * LINE_PX + 2 * PADDING_PX - 6;

interface Placed {
  readonly box: PlacedBox;
  readonly texts: readonly PlacedText[];
}

function place(box: Box, siblings: readonly ElkNode[] = [], origin: Point, depth: number): readonly Placed[] {
  const node = siblings.find(({ id }) => id === box.id);
  if (node === undefined) throw new Error(`${box.id} has no place`);
  const { x = 0, y = 0, width = 0, height = 0 } = node;
  const at = round({ x: origin.x + x, y: origin.y + y, width, height });
  const isContainer = box.children !== undefined;
  const texts = textsOf(box, at);
  const inner = (box.children ?? []).flatMap((child) =>
    place(child, node.children, { x: origin.x + x, y: origin.y + y }, depth + 1),
  );
  return [{ box: { id: box.id, kind: box.kind, isContainer, depth, ...at }, texts }, ...inner];
}

/** The lines of a box, from its upper left corner. */
export function textsOf({ title, details = [], children }: Box, at: Point): readonly PlacedText[] {
  const isContainer = children !== undefined;
  return [title, ...details].map((text, index) => ({
    text,
    role: index > 0 ? "detail" : isContainer ? "place" : "title",
    x: at.x + PADDING_PX,
    y: at.y + (isContainer ? 7 : PADDING_PX - 3) + index * LINE_PX,
    width: textWidth(text, index > 0 ? DETAIL_PX : TITLE_PX, index === 0),
    height: LINE_PX,
  }));
}

const round = ({ x, y, width, height }: Rectangle): Rectangle => ({
  x: Math.round(x),
  y: Math.round(y),
  width: Math.round(width),
  height: Math.round(height),
});
