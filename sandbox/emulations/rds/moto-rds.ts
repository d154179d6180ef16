import { collect } from "../../gateway/body.ts";
import type { World } from "../../gateway/emulation.ts";
import { AwsError, type Reply } from "../../gateway/reply.ts";
import { inner } from "./xml.ts";

export interface XmlAnswer {
  readonly status: number;
  readonly xml: string;
}

export type Parameters = Readonly<Record<string, string | number | boolean | undefined>>;

const LONGEST_REPLY_BYTES = 8 * 2 ** 20;

export async function readReply(reply: Reply): Promise<XmlAnswer> {
  const { body } = reply;
  if (body === undefined || typeof body === "string" || Buffer.isBuffer(body)) {
    return { status: reply.status, xml: body?.toString() ?? "" };
  }
  return { status: reply.status, xml: (await collect(body, LONGEST_REPLY_BYTES)).toString("utf8") };
}

/** moto's RDS by its Query protocol: what the corrections ask it for. */
export class MotoRds {
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  /** The reply as it is, errors included. */
  async post(region: string, form: URLSearchParams): Promise<XmlAnswer> {
    const reply = await this.world.moto.request({
      service: "rds",
      region,
      method: "POST",
      path: "/",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: form.toString(),
    });
    return readReply(reply);
  }

  /** The markup of the result. An error of moto's becomes the call's error. */
  async call(region: string, action: string, parameters: Parameters): Promise<string> {
    const given = Object.entries(parameters).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, String(value)]],
    );
    const form = new URLSearchParams([["Action", action], ["Version", "2014-10-31"], ...given]);
    return resultOf(await this.post(region, form), action);
  }
}

export function resultOf(answer: XmlAnswer, action: string): string {
  if (answer.status >= 300) {
    throw new AwsError(
      inner(answer.xml, "Code") ?? "InternalFailure",
      unescapeXml(inner(answer.xml, "Message") ?? `${action} failed with ${answer.status}`),
      answer.status < 500 ? answer.status : 501,
    );
  }
  return inner(answer.xml, `${action}Result`) ?? "";
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

export const unescapeXml = (text: string): string =>
  text.replaceAll(/&(#(\d+)|[a-z]+);/g, (whole, name: string, code: string | undefined) =>
    code === undefined ? (ENTITIES[name] ?? whole) : String.fromCodePoint(Number(code)),
  );
