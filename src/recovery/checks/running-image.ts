import type { RegionalAws } from "../../aws/port.ts";
import { factsOf } from "../../compute/facts.ts";
import { backfillCommand } from "../backfill.ts";
import { type Removal, removalOf } from "../image-lifecycle.ts";
import type { Subject } from "../subject.ts";
import { type Check, fail, pass, unknown, warn } from "./check.ts";
import { clusterOf, serviceOf } from "./compute-names.ts";

/** What the primary runs now, which need not be what its file says. */
export const runningImage: Check = {
  id: "running-image",
  asks: "does the standby's repository hold the very digests that the primary runs, and do both repositories keep them",
  because:
    "a deployment past the configuration, or an image from before the replication, is missing on the day (T3), and a lifecycle policy knows nothing of what runs (T57)",
  remedy: "copy the digest with the back-fill command",
  side: "primary",
  inapplicable: ({ primary }) =>
    factsOf(primary.config.compute).scale(primary.names).kind === "tasks"
      ? undefined
      : `AWS does not see which images run on ${primary.name}'s nodes; the image check asks for the configured one`,
  async run({ subject, primary, standby }) {
    const running = await runningDigests(subject, primary);
    if (running === undefined)
      return unknown(
        `no service ${serviceOf(subject.primary)} in ${primary.region}`,
        `npx cdktf deploy ${subject.primary.name}`,
      );
    if (running.length === 0)
      return warn(
        `${subject.primary.name} runs no task, and its repository lacks the configured image`,
        `aws ecs describe-services --region ${primary.region} --cluster ${clusterOf(subject.primary)} --services ${serviceOf(subject.primary)}`,
      );
    const { repositoryName } = subject.standby;
    const found = await Promise.all(running.map((digest) => standby.image(repositoryName, { digest })));
    const missing = running.filter(
      (_, index) => found[index] === undefined || found[index] === "no repository",
    );
    const facts = { running: running.join(","), missing: missing.join(",") };
    if (missing.length === 0) {
      const removals = await removalsOf(subject, { primary, standby }, running);
      return removals.length === 0
        ? pass(`${running.join(", ")} is in ${standby.region}`, facts)
        : warn(
            removals.map(({ why }) => why).join("; "),
            [...new Set(removals.map(({ remedy }) => remedy))].join("\n"),
            facts,
          );
    }
    return fail(
      `${missing.join(", ")} runs in ${primary.region} and is not in ${standby.region}`,
      missing.map((digest) => backfillCommand(subject, `@${digest}`)).join("\n"),
      facts,
    );
  },
};

/** On both sides: a task that starts anew pulls it again, at home too. */
async function removalsOf(
  subject: Subject,
  regions: Readonly<Record<"primary" | "standby", RegionalAws>>,
  running: readonly string[],
): Promise<readonly Removal[]> {
  const sides = ["primary", "standby"] as const;
  const found = await Promise.all(
    sides.flatMap((side) =>
      running.map(async (digest) => {
        const image = await regions[side].image(subject[side].repositoryName, { digest });
        return image === undefined || image === "no repository"
          ? undefined
          : removalOf(subject[side], regions[side], image);
      }),
    ),
  );
  return found.flatMap((removal) => removal ?? []);
}

/** Digests of the running tasks; while none runs, that of the configured image. Undefined without a service. */
async function runningDigests(
  subject: Subject,
  primary: RegionalAws,
): Promise<readonly string[] | undefined> {
  const { config, repositoryName } = subject.primary;
  const service = await primary.service(clusterOf(subject.primary), serviceOf(subject.primary));
  if (service === undefined) return undefined;
  const ours = service.images.filter(({ image }) => image.includes(`/${repositoryName}`));
  const pulled = ours.flatMap(({ digest }) => digest ?? []);
  if (pulled.length > 0) return [...new Set(pulled)];
  const configured = await primary.image(repositoryName, config.compute.container.image);
  return configured === undefined || configured === "no repository" ? [] : [configured.digest];
}
