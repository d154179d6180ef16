import { candidatesOf, newestUsable } from "../recovery-points.ts";
import { type Check, fail, pass, unknown } from "./check.ts";
import { withoutRecovery } from "./inapplicable.ts";

/** What a restore would decrypt with. */
export const recoveryPointKey: Check = {
  id: "recovery-point-key",
  asks: "is the recovery point encrypted with the standby's data key, and is that key usable",
  because:
    "a copy is encrypted with the key of its vault, a restored instance keeps it, and any other key plans as a replacement (T18)",
  remedy: "enable the key, or copy again into a vault with the standby's data key",
  side: "standby",
  inapplicable: withoutRecovery,
  async run({ subject, standby, now }) {
    const alias = `alias/${subject.standby.names.of("data")}`;
    const [candidates, dataKey] = await Promise.all([
      candidatesOf(subject, standby, now),
      standby.key(alias),
    ]);
    const newest = newestUsable(candidates ?? []);
    const { name } = subject.standby;
    if (newest === undefined)
      return unknown("there is no usable recovery point", "npm run dr -- readiness --only recovery-point");
    if (dataKey === undefined)
      return fail(`${alias} does not exist in ${standby.region}`, `npx cdktf deploy ${name}`);
    if (!newest.encrypted || newest.keyArn === undefined)
      return fail(
        `${newest.arn} is not encrypted`,
        `aws rds copy-db-snapshot --region ${standby.region} --source-db-snapshot-identifier ${newest.arn} --target-db-snapshot-identifier ${name}-encrypted --kms-key-id ${alias}`,
      );
    const facts = { keyArn: newest.keyArn, dataKeyArn: dataKey.arn, keyState: dataKey.state };
    if (newest.keyArn !== dataKey.arn)
      return fail(
        `encrypted with ${newest.keyArn}, while the data key of ${name} is ${dataKey.arn}`,
        `# see why the vault has another key, correct it, and copy again\nnpx cdktf diff ${name}`,
        facts,
      );
    if (dataKey.state !== "Enabled")
      return fail(
        `the key is ${dataKey.state}, so that nothing can be restored`,
        enable(dataKey, standby.region),
        facts,
      );
    return pass(`encrypted with ${alias}, which is enabled`, facts);
  },
};

/** How a key becomes usable again; a deletion is cancelled first. */
export function enable(key: { readonly arn: string; readonly state: string }, region: string): string {
  const command = `aws kms enable-key --region ${region} --key-id ${key.arn}`;
  if (key.state !== "PendingDeletion") return command;
  return `aws kms cancel-key-deletion --region ${region} --key-id ${key.arn} && ${command}`;
}
