import { escapeXml } from "../../gateway/reply.ts";

/** moto writes its Query replies without whitespace and without attributes inside a result, which makes them this simple to edit. */
const element = (name: string): RegExp => new RegExp(`<${name}>(.*?)</${name}>`, "s");

/** The markup within the first element of that name. */
export const inner = (xml: string, name: string): string | undefined => element(name).exec(xml)?.[1];

/** Sets an element of a structure, or adds it. */
export function withElement(xml: string, name: string, markup: string): string {
  const written = `<${name}>${markup}</${name}>`;
  const empty = `<${name}/>`;
  if (xml.includes(empty)) {
    return xml.replace(empty, () => written);
  }
  return element(name).test(xml) ? xml.replace(element(name), () => written) : xml + written;
}

export const withText = (xml: string, name: string, text: string | number | boolean): string =>
  withElement(xml, name, escapeXml(String(text)));

/** Structures that have the name of their list's members are not nested in RDS, so that the first closing tag ends them. */
export const mapElements = (xml: string, name: string, change: (markup: string) => string): string =>
  xml.replaceAll(
    new RegExp(`<${name}>(.*?)</${name}>`, "gs"),
    (_whole, markup: string) => `<${name}>${change(markup)}</${name}>`,
  );

/** A flat structure: what is undefined is left out. */
export const structure = (
  values: Readonly<Record<string, string | number | boolean | Date | undefined>>,
): string =>
  Object.entries(values)
    .map(([name, value]) => {
      if (value === undefined) {
        return "";
      }
      return `<${name}>${escapeXml(value instanceof Date ? value.toISOString() : String(value))}</${name}>`;
    })
    .join("");
