import { backfillCommand, suffixOf } from "../backfill.ts";
import { formatTime } from "../time.ts";
import { removalOf } from "../image-lifecycle.ts";
import { type Check, fail, pass, warn } from "./check.ts";

/** The image that the standby would start. */
export const image: Check = {
  id: "image",
  asks: "does the standby's repository hold the image that the configuration names, and keep it",
  because:
    "replication copies what is pushed after it was set up, and the standby can't pull from a region that is gone (T2, T3)",
  remedy: "copy the image with the back-fill command",
  side: "standby",
  async run({ subject, standby }) {
    const wanted = subject.standby.config.compute.container.image;
    const { repositoryName, name } = subject.standby;
    const found = await standby.image(repositoryName, wanted);
    const shown = `${repositoryName}${suffixOf(wanted)}`;
    if (found === "no repository")
      return fail(`no repository ${repositoryName} in ${standby.region}`, `npx cdktf deploy ${name}`);
    if (found === undefined)
      return fail(`${shown} is not in ${standby.region}`, backfillCommand(subject, suffixOf(wanted)));
    const pushed = found.pushedAt === undefined ? "" : `, there since ${formatTime(found.pushedAt)}`;
    const removal = await removalOf(subject.standby, standby, found);
    if (removal !== undefined) return warn(removal.why, removal.remedy, { digest: found.digest });
    return pass(`${shown} is ${found.digest}${pushed}`, { digest: found.digest });
  },
};
