import { z } from "zod";
import { collect } from "../gateway/body.ts";
import type { World } from "../gateway/emulation.ts";
import type { Reply } from "../gateway/reply.ts";

const described = z.object({ KeyMetadata: z.object({ Arn: z.string(), KeyState: z.string() }) });

export interface Key {
  readonly arn: string;
  readonly isUsable: boolean;
}

/** A customer key by id, ARN or alias, as it is at this moment. Undefined when there is none. */
export async function findKey(world: World, region: string, keyId: string): Promise<Key | undefined> {
  const answer = described.safeParse(
    await moto(world, region, "kms", "TrentService.DescribeKey", { KeyId: keyId }),
  );
  return answer.success
    ? { arn: answer.data.KeyMetadata.Arn, isUsable: answer.data.KeyMetadata.KeyState === "Enabled" }
    : undefined;
}

/** Calls a JSON service of moto's. The caller parses what comes, which for an error is the error. */
export async function moto(
  world: World,
  region: string,
  service: string,
  target: string,
  input: unknown,
): Promise<unknown> {
  const { status, body } = await motoReply(world, region, service, target, input);
  const text =
    body === undefined || typeof body === "string" || Buffer.isBuffer(body)
      ? (body?.toString() ?? "")
      : (await collect(body, 8 * 2 ** 20)).toString("utf8");
  try {
    return JSON.parse(text);
  } catch {
    return { status, text };
  }
}

export const motoReply = (
  world: World,
  region: string,
  service: string,
  target: string,
  input: unknown,
): Promise<Reply> =>
  world.moto.request({
    service,
    region,
    method: "POST",
    path: "/",
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": target },
    body: JSON.stringify(input),
  });
