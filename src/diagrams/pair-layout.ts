import {
  DETAIL_PX,
  HEADROOM_PX,
  layOut,
  type Layout,
  leafHeight,
  LINE_PX,
  PADDING_PX,
  type PlacedArrow,
  type PlacedBox,
  type PlacedText,
  type Point,
  textsOf,
} from "./layout.ts";
import type { Arrow, Box } from "./picture.ts";
import type { Column, PairedRegion, PairPicture } from "./pair.ts";
import { textWidth } from "./text-width.ts";

/** For arrows with their labels. */
const GAP_PX = 44;
/** Arrows between two rows end here, beside the titles of what they cross. */
const FROM_RIGHT_PX = 8;
/** Between arrows in opposite directions. */
const APART_PX = 18;

interface Drawing {
  readonly boxes: readonly PlacedBox[];
  readonly texts: readonly PlacedText[];
  readonly arrows: readonly PlacedArrow[];
}

interface PlacedRegion extends Drawing {
  readonly frame: PlacedBox;
}

/** The primary above, the standby below and mirrored, so that what they exchange is short and straight. */
export async function layOutPair(pair: PairPicture): Promise<Layout> {
  const entranceWidth =
    Math.max(0, ...pair.entrance.map(({ leastWidth = 0 }) => leastWidth)) + 2 * PADDING_PX;
  const left = PADDING_PX + entranceWidth + GAP_PX;
  const primary = await placeRegion(pair.primary, { x: left, y: PADDING_PX }, "above");
  const standby = await placeRegion(pair.standby, { x: left, y: bottom(primary.frame) + GAP_PX }, "below");
  const regions = [...primary.boxes, ...standby.boxes];
  const lever = regions.find(({ id }) => pair.traffic.some(({ from }) => from === id));
  const level = lever === undefined ? bottom(primary.frame) : middle(lever);
  const entrance = placeEntrance(pair.entrance, level);
  const width = Math.max(right(primary.frame), right(standby.frame));
  const frames = [primary.frame, standby.frame].map((frame) => ({ ...frame, width: width - left }));
  const boxes = [...frames, ...regions, ...entrance.boxes];
  const vertical = pair.arrows.flatMap((arrow) => verticalArrow(arrow, boxes));
  const traffic = pair.traffic.flatMap((arrow) => trafficArrow(arrow, boxes));
  return {
    width: width + PADDING_PX,
    height: bottom(standby.frame) + PADDING_PX,
    boxes,
    texts: [primary, standby, entrance, ...vertical].flatMap(({ texts }) => texts),
    arrows: [primary, standby, entrance, ...vertical, ...traffic].flatMap(({ arrows }) => arrows),
  };
}

/** What lies between the networks has no depth. */
const isWithinNetwork = ({ depth }: PlacedBox): boolean => depth > 0;

const right = ({ x, width }: PlacedBox): number => x + width;
const bottom = ({ y, height }: PlacedBox): number => y + height;
const middle = ({ y, height }: PlacedBox): number => y + Math.round(height / 2);

/** A region with its network above or below what it exchanges with the other one. */
async function placeRegion(
  region: PairedRegion,
  at: Point,
  network: "above" | "below",
): Promise<PlacedRegion> {
  const { id, title, vpc, arrows, between } = region;
  const inner = await layOut({ boxes: vpc, arrows });
  const rowHeight = Math.max(0, ...between.map(({ box }) => leafHeight(box.details)));
  const isAbove = network === "above";
  const vpcTop = at.y + (isAbove ? HEADROOM_PX : PADDING_PX + rowHeight + GAP_PX);
  // The layout leaves room around the network, as this does.
  const placed = shift(inner, { x: at.x, y: vpcTop - PADDING_PX });
  const vpcBottom = vpcTop + inner.height - 2 * PADDING_PX;
  const rowTop = isAbove ? vpcBottom + GAP_PX : at.y + PADDING_PX;
  const row = between.map(({ box, column }) => {
    const x = placed.boxes.find((one) => one.id === `${id}.${COLUMNS[column]}`)?.x ?? at.x + inner.width;
    return placeLeaf(box, { x, y: rowTop }, rowHeight);
  });
  const end = Math.max(at.x + inner.width - PADDING_PX, ...row.flatMap(({ boxes }) => boxes.map(right)));
  const height = (isAbove ? rowTop + rowHeight + PADDING_PX : vpcBottom + HEADROOM_PX) - at.y;
  const frame: PlacedBox = {
    id,
    kind: "place",
    isContainer: true,
    depth: 0,
    ...at,
    width: end + PADDING_PX - at.x,
    height,
  };
  const titleTop = isAbove ? at.y : vpcBottom + 1;
  return {
    frame,
    boxes: [...placed.boxes, ...row.flatMap(({ boxes }) => boxes)],
    texts: [
      ...textsOf({ id, kind: "place", title, children: [] }, { x: at.x, y: titleTop }),
      ...placed.texts,
      ...row.flatMap(({ texts }) => texts),
    ],
    arrows: placed.arrows,
  };
}

const COLUMNS: Readonly<Record<Column, string>> = {
  public: "load-balancer",
  private: "compute",
  data: "database",
  beside: "",
};

const shift = ({ boxes, texts, arrows }: Layout, { x, y }: Point): Drawing => ({
  boxes: boxes.map((box) => ({ ...box, x: box.x + x, y: box.y + y, depth: box.depth + 1 })),
  texts: texts.map((text) => ({ ...text, x: text.x + x, y: text.y + y })),
  arrows: arrows.map((arrow) => ({
    ...arrow,
    points: arrow.points.map((point) => ({ x: point.x + x, y: point.y + y })),
  })),
});

function placeLeaf(box: Box, at: Point, height = leafHeight(box.details)): Drawing {
  const { id, kind, leastWidth: width = 0 } = box;
  return {
    boxes: [{ id, kind, isContainer: false, depth: 0, ...at, width, height }],
    texts: textsOf(box, at),
    arrows: [],
  };
}

/** Users, and below them what tells them where to go; the last of it stands on a level. */
function placeEntrance(entrance: readonly Box[], level: number): Drawing {
  if (entrance.length === 0) return { boxes: [], texts: [], arrows: [] };
  const x = 2 * PADDING_PX;
  const heights = entrance.map(({ details }) => leafHeight(details));
  const width = Math.max(...entrance.map(({ leastWidth = 0 }) => leastWidth));
  const last = Math.round(level - (heights.at(-1) ?? 0) / 2);
  const tops = heights.map(
    (_, index) => last - heights.slice(index, -1).reduce((sum, one) => sum + one + GAP_PX / 2, 0),
  );
  const top = (tops[0] ?? 0) - HEADROOM_PX;
  const title = "Route 53, global";
  const frame: PlacedBox = {
    id: "route53",
    kind: "place",
    isContainer: true,
    depth: 0,
    x: PADDING_PX,
    y: top,
    width: width + 2 * PADDING_PX,
    height: last + (heights.at(-1) ?? 0) + PADDING_PX - top,
  };
  const users: Box = { id: "users", kind: "outside", title: "users", leastWidth: width };
  const leaves = [
    placeLeaf(users, { x, y: top - GAP_PX - leafHeight() }),
    ...entrance.map((box, index) => placeLeaf(box, { x, y: tops[index] ?? 0 })),
  ];
  const boxes = [frame, ...leaves.flatMap((leaf) => leaf.boxes)];
  const chain: readonly Arrow[] = [
    { from: users.id, to: entrance[0]?.id ?? "" },
    ...entrance.slice(1).map(({ id }, index) => ({ from: id, to: entrance[index]?.id ?? "" })),
  ];
  return {
    boxes,
    texts: [
      ...textsOf({ id: frame.id, kind: "place", title, children: [] }, frame),
      ...leaves.flatMap(({ texts }) => texts),
    ],
    arrows: chain.flatMap((arrow) => verticalArrow(arrow, boxes).flatMap(({ arrows }) => arrows)),
  };
}

/** Straight down on the right, straight up beside it; nothing where one of its ends is not drawn. */
function verticalArrow(
  { from, to, label = "", dashed = false, bothWays = false }: Arrow,
  boxes: readonly PlacedBox[],
): readonly Drawing[] {
  const [start, end] = [from, to].map((id) => boxes.find((box) => box.id === id));
  if (start === undefined || end === undefined) return [];
  const isDown = start.y < end.y;
  const x = Math.min(right(start), right(end)) - FROM_RIGHT_PX - (isDown ? 0 : APART_PX);
  const [fromY, toY] = isDown ? [bottom(start), end.y] : [start.y, bottom(end)];
  const [upper, lower] = isDown ? [start, end] : [end, start];
  const width = textWidth(label, DETAIL_PX);
  const isLast = right(start) === Math.max(...boxes.filter((box) => !box.isContainer).map(right));
  // Beside the row between the networks, and in the middle between the regions.
  const level = isWithinNetwork(upper)
    ? lower.y - GAP_PX / 2
    : isWithinNetwork(lower)
      ? bottom(upper) + GAP_PX / 2
      : (fromY + toY) / 2;
  const text: PlacedText = {
    text: label,
    role: "label",
    x: isDown && !isLast ? x + 6 : x - 6 - width,
    y: Math.round(level - LINE_PX / 2),
    width,
    height: LINE_PX,
  };
  const points = [
    { x, y: fromY },
    { x, y: toY },
  ];
  return [{ boxes: [], texts: label === "" ? [] : [text], arrows: [{ points, dashed, bothWays }] }];
}

/** To the left side of a load balancer, or from the switch to what reads it. */
function trafficArrow({ from, to, dashed = false }: Arrow, boxes: readonly PlacedBox[]): readonly Drawing[] {
  const [start, end] = [from, to].map((id) => boxes.find((box) => box.id === id));
  if (start === undefined || end === undefined) return [];
  const isLeftwards = start.x > end.x;
  const [startX, endX] = isLeftwards ? [start.x, right(end)] : [right(start), end.x];
  const startY = isLeftwards ? middle(start) : middle(start) + (middle(end) < middle(start) ? -8 : 8);
  const bend = right(start) + PADDING_PX + GAP_PX / 2;
  const points = isLeftwards
    ? [
        { x: startX, y: startY },
        { x: endX, y: startY },
      ]
    : [
        { x: startX, y: startY },
        { x: bend, y: startY },
        { x: bend, y: middle(end) },
        { x: endX, y: middle(end) },
      ];
  return [{ boxes: [], texts: [], arrows: [{ points, dashed, bothWays: false }] }];
}
