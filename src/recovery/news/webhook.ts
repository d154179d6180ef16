import type { NewsAws } from "../../aws/news.ts";
import type { Post } from "../live-post.ts";
import type { Sink } from "./announcer.ts";
import { textOf } from "./message.ts";
import type { NewsSource } from "./news.ts";

/**
 * An address that a secret holds: whoever has the address can write to the room behind it, so that it stands in no file, and in no
 * message of this program.
 */
export function webhookSink(
  secretArn: string,
  aws: NewsAws,
  post: Post,
  { project, plan: { verb, environment } }: NewsSource,
  now: () => Date,
): Sink {
  let address: URL | undefined;
  return {
    name: `the webhook of ${secretArn}`,
    async send(news, signal) {
      address ??= addressIn(await aws.secret(secretArn));
      const newest = news.at(-1);
      const text = escaped(textOf(news));
      const document = {
        text,
        project,
        verb,
        environment,
        event: newest?.event,
        headline: newest?.headline,
        at: now().toISOString(),
      };
      const status = await posted(post, address, document, signal);
      if (status < 200 || status > 299) throw new Error(`it answered with status ${status}`);
    },
  };
}

function addressIn(secret: string | undefined): URL {
  if (secret === undefined) throw new Error("there is no such secret, or it holds no text");
  const address = URL.canParse(secret.trim()) ? new URL(secret.trim()) : undefined;
  if (address?.protocol !== "https:")
    throw new Error("its text is no https:// address, and is not shown here");
  return address;
}

/** What Node says of a connection may name the address: its code says enough. */
async function posted(post: Post, address: URL, document: unknown, signal: AbortSignal): Promise<number> {
  try {
    return await post(address, document, signal);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "no answer";
    // eslint-disable-next-line preserve-caught-error -- the cause names the address
    throw new Error(`its host could not be reached: ${code}`);
  }
}

/** Slack and its like take `<!channel>` and `<https://...|text>` for more than text. */
const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
