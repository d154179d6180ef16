import type { VNode } from "preact";
import { type Part, type Picture, type Side } from "./picture-model.ts";

/** Where things stand; lengths are units of the drawing, in which text is 14 high. */
interface Layout {
  readonly width: number;
  readonly height: number;
  readonly users: Point;
  readonly primary: Point;
  readonly standby: Point;
  readonly flow: { readonly from: Point; readonly to: Point; readonly label: Point };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

const CARD = { width: 300, height: 212, partHeight: 46 };
const USERS = { width: 120, height: 36 };

/** Side by side on a screen, one below the other on a phone. */
const LAYOUTS = {
  wide: {
    width: 760,
    height: 300,
    users: { x: 320, y: 8 },
    primary: { x: 8, y: 80 },
    standby: { x: 452, y: 80 },
    flow: { from: { x: 310, y: 230 }, to: { x: 450, y: 230 }, label: { x: 380, y: 218 } },
  },
  tall: {
    width: 344,
    height: 590,
    users: { x: 112, y: 8 },
    primary: { x: 22, y: 84 },
    standby: { x: 22, y: 366 },
    flow: { from: { x: 172, y: 298 }, to: { x: 172, y: 364 }, label: { x: 182, y: 335 } },
  },
} as const satisfies Record<string, Layout>;

/** The pair and its posture. */
export function PairPicture({ picture }: { readonly picture: Picture }): VNode {
  return (
    <figure class="picture">
      <Drawing picture={picture} shape="wide" />
      <Drawing picture={picture} shape="tall" />
      <figcaption>{picture.description}.</figcaption>
    </figure>
  );
}

function Drawing({
  picture,
  shape,
}: {
  readonly picture: Picture;
  readonly shape: keyof typeof LAYOUTS;
}): VNode {
  const layout: Layout = LAYOUTS[shape];
  const { width, height, users, flow } = layout;
  const marker = `arrow-${shape}`;
  return (
    <svg class={shape} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={picture.description}>
      <defs>
        <marker
          id={marker}
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="8"
          markerHeight="8"
          orient="auto"
        >
          <path d="M0 0 8 4 0 8z" class="tip" />
        </marker>
      </defs>
      <rect class="users" x={users.x} y={users.y} width={USERS.width} height={USERS.height} rx="18" />
      <text class="strong" x={users.x + USERS.width / 2} y={users.y + 23} text-anchor="middle">
        users
      </text>
      <Traffic picture={picture} layout={layout} shape={shape} marker={marker} />
      <Card side={picture.primary} at={layout.primary} />
      <Card side={picture.standby} at={layout.standby} />
      {picture.flows.length > 0 && (
        <>
          <path
            class="flow"
            d={line(picture.flowsFrom === "primary" ? [flow.from, flow.to] : [flow.to, flow.from])}
            marker-end={`url(#${marker})`}
          />
          {picture.flows.map((name, index) => (
            <text
              class="small"
              x={flow.label.x}
              y={flow.label.y - (picture.flows.length - 1 - index) * 18 + (shape === "tall" ? 14 : 0)}
              text-anchor={shape === "wide" ? "middle" : "start"}
            >
              {name}
            </text>
          ))}
        </>
      )}
    </svg>
  );
}

/** The way of the users: whole where they are served, broken where they are not or nobody can say, none where nobody knows it. */
function Traffic({
  picture: { ledTo, served },
  layout,
  shape,
  marker,
}: {
  readonly picture: Picture;
  readonly layout: Layout;
  readonly shape: string;
  readonly marker: string;
}): VNode {
  const { users } = layout;
  const note = { yes: undefined, no: "NOT SERVED", unknown: "not known" }[served];
  const at =
    shape === "wide"
      ? { x: users.x + USERS.width / 2, y: users.y + 56 }
      : { x: users.x + USERS.width + 10, y: users.y + 23 };
  return (
    <>
      {ledTo !== undefined && (
        <path
          class={`traffic ${served}`}
          d={trafficPath(layout, shape, ledTo === "standby")}
          marker-end={`url(#${marker})`}
        />
      )}
      {note !== undefined && (
        <text class={`note ${served}`} x={at.x} y={at.y} text-anchor={shape === "wide" ? "middle" : "start"}>
          {note}
        </text>
      )}
    </>
  );
}

function trafficPath({ users, primary, standby }: Layout, shape: string, toStandby: boolean): string {
  const middle = users.y + USERS.height / 2;
  if (shape === "tall" && toStandby) {
    const edge = standby.x - 12;
    return line([
      { x: users.x, y: middle },
      { x: edge, y: middle },
      { x: edge, y: standby.y + 24 },
      { x: standby.x - 1, y: standby.y + 24 },
    ]);
  }
  if (shape === "tall") {
    const x = users.x + USERS.width / 2;
    return line([
      { x, y: users.y + USERS.height },
      { x, y: primary.y - 1 },
    ]);
  }
  const card = toStandby ? standby : primary;
  const x = card.x + CARD.width / 2;
  const start = toStandby ? users.x + USERS.width : users.x;
  return line([
    { x: start, y: middle },
    { x, y: middle },
    { x, y: card.y - 1 },
  ]);
}

const line = (points: readonly Point[]): string => `M${points.map(({ x, y }) => `${x} ${y}`).join("L")}`;

function Card({ side, at }: { readonly side: Side; readonly at: Point }): VNode {
  return (
    <g>
      <rect
        class={`card serves-${side.serves}`}
        x={at.x}
        y={at.y}
        width={CARD.width}
        height={CARD.height}
        rx="10"
      />
      <text class="strong" x={at.x + 16} y={at.y + 30}>
        {side.title}
      </text>
      <text class="small" x={at.x + CARD.width - 16} y={at.y + 30} text-anchor="end">
        {`${side.region}, ${side.state}`}
      </text>
      {side.parts.map((part, index) => (
        <PartBox part={part} x={at.x + 12} y={at.y + 46 + index * (CARD.partHeight + 8)} />
      ))}
    </g>
  );
}

const PART_CLASSES = { yes: "on", no: "off", unknown: "unseen" } as const;

function PartBox({ part, x, y }: { readonly part: Part; readonly x: number; readonly y: number }): VNode {
  return (
    <g>
      <rect
        class={`part ${PART_CLASSES[part.on]}`}
        x={x}
        y={y}
        width={CARD.width - 24}
        height={CARD.partHeight}
        rx="6"
      />
      <text x={x + 12} y={y + 20}>
        {part.name}
      </text>
      <text class="small" x={x + 12} y={y + 37}>
        {part.detail}
      </text>
    </g>
  );
}
