import { styleText } from "node:util";

type Style = "bold" | "dim" | "green" | "red" | "yellow";

/** Gives text a colour, where colours are wanted. */
export type Painter = (style: Style, text: string) => string;

/** A painter for a terminal that wants colours, or one that leaves text alone. */
export const painter = (colours: boolean): Painter =>
  colours ? (style, text) => styleText(style, text, { validateStream: false }) : (_style, text) => text;

/** Colours are for terminals, and for nobody who has set NO_COLOR (https://no-color.org). */
export const wantsColours = (stream: { readonly isTTY?: boolean }, noColor: string | undefined): boolean =>
  stream.isTTY === true && (noColor === undefined || noColor === "");
