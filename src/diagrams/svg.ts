import { DETAIL_PX, type PlacedArrow, type PlacedBox, type PlacedText, TITLE_PX } from "./layout.ts";
import type { Diagram } from "./diagrams.ts";

/** Colours that both have enough contrast for text: on white first, on near-black second. */
const STYLE = `
:root{--paper:#fff;--ink:#1f2328;--soft:#59636e;--line:#8b949e;--place:#f6f8fa;--place-line:#d1d9e0;
--traffic:#ddf4ff;--traffic-line:#0969da;--compute:#fff1e5;--compute-line:#bc4c00;--data:#fbefff;--data-line:#8250df;
--protection:#dafbe1;--protection-line:#1a7f37;--oversight:#eff1f3;--oversight-line:#818b98;--outside:#fff;--outside-line:#1f2328}
@media (prefers-color-scheme:dark){:root{--paper:#0d1117;--ink:#f0f6fc;--soft:#b1bac4;--line:#8b949e;--place:#151b23;--place-line:#3d444d;
--traffic:#0c2d4e;--traffic-line:#58a6ff;--compute:#3d2103;--compute-line:#f0883e;--data:#2b1a4a;--data-line:#bc8cff;
--protection:#0b2e17;--protection-line:#3fb950;--oversight:#262c36;--oversight-line:#8b949e;--outside:#0d1117;--outside-line:#f0f6fc}}
text{font-family:Helvetica,Arial,"Liberation Sans",sans-serif;fill:var(--ink);dominant-baseline:central}
.title,.place{font-size:${TITLE_PX}px;font-weight:600}.place{fill:var(--soft)}
.detail,.label{font-size:${DETAIL_PX}px;fill:var(--soft)}
.arrow{fill:none;stroke:var(--line);stroke-width:1.5}.dashed{stroke-dasharray:5 4}.head{fill:var(--line)}
.halo{fill:var(--paper)}
`
  .trim()
  .replaceAll("\n", "");

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** A diagram as a file of its own: no script, nothing to load, light and dark. */
export function svgOf({ title, description, layout }: Diagram): string {
  const { width, height, boxes, arrows, texts } = layout;
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escape(title)}</title>`,
    `<desc id="description">${escape(description)}</desc>`,
    `<style>${STYLE}</style>`,
    `<marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path class="head" d="M0 0L8 4L0 8z"/></marker>`,
    `<rect width="${width}" height="${height}" style="fill:var(--paper)"/>`,
    ...boxes.map(rectangle),
    ...arrows.map(path),
    ...texts.map(textLine),
    "</svg>",
  ];
  return `${lines.join("\n")}\n`;
}

function rectangle({ kind, isContainer, depth, x, y, width, height }: PlacedBox): string {
  const fill = isContainer && depth % 2 === 1 ? "paper" : kind;
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" style="fill:var(--${fill});stroke:var(--${kind}-line)"/>`;
}

function path({ points, dashed, bothWays }: PlacedArrow): string {
  const d = points.map(({ x, y }, index) => `${index === 0 ? "M" : "L"}${x} ${y}`).join("");
  return `<path class="arrow${dashed ? " dashed" : ""}" marker-end="url(#head)"${bothWays ? ' marker-start="url(#head)"' : ""} d="${d}"/>`;
}

/** The length is given, so that no font makes a text wider than its box. */
const textLine = ({ text, role, x, y, width, height }: PlacedText): string =>
  `<text class="${role}" x="${x}" y="${y + height / 2}" textLength="${width}" lengthAdjust="spacingAndGlyphs">${escape(text)}</text>`;
