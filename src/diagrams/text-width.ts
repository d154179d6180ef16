/** Widths of Helvetica's characters in thousandths of the font's size, where they differ from the common one. */
const NARROW: Readonly<Record<string, number>> = {
  " ": 278,
  "!": 278,
  ",": 278,
  ".": 278,
  "/": 278,
  ":": 278,
  I: 278,
  f: 278,
  i: 222,
  j: 222,
  l: 222,
  r: 333,
  t: 278,
  "(": 333,
  ")": 333,
  "-": 333,
  "·": 278,
  "'": 191,
};
const WIDE: Readonly<Record<string, number>> = {
  A: 667,
  B: 667,
  C: 722,
  D: 722,
  E: 667,
  G: 778,
  H: 722,
  K: 667,
  M: 833,
  N: 722,
  O: 778,
  P: 667,
  Q: 778,
  R: 722,
  S: 667,
  U: 722,
  V: 667,
  W: 944,
  X: 667,
  Y: 667,
  m: 833,
  w: 722,
  "%": 889,
  "→": 1000,
  "×": 584,
  c: 500,
  k: 500,
  s: 500,
  v: 500,
  x: 500,
  y: 500,
  z: 500,
  J: 500,
};
const COMMON = 556;

/** A bold text of the same letters is so much wider. */
const BOLD = 1.07;

/** How wide a text is drawn, in pixels; the picture then says so, and every font keeps to it. */
export function textWidth(text: string, sizePx: number, bold = false): number {
  const thousandths = Array.from(text).reduce((sum, one) => sum + (NARROW[one] ?? WIDE[one] ?? COMMON), 0);
  return Math.ceil((thousandths / 1000) * sizePx * (bold ? BOLD : 1));
}
