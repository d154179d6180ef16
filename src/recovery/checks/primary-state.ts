import { stateKey } from "../../naming/names.ts";
import { databaseIdentifier } from "../recovery-points.ts";
import { readState } from "../state.ts";
import { formatTime } from "../time.ts";
import { type Check, fail, pass } from "./check.ts";

/** The primary's database, as Terraform left it and as the files name it. */
export const primaryState: Check = {
  id: "primary-state",
  asks: "is the primary's database the one that its files name",
  because:
    "recovery points are looked for under that name; those of an earlier database lack all that was written since",
  remedy: "bring the primary's activation record back, or apply the primary",
  side: "primary",
  async run({ subject, aws }) {
    const { primary, project } = subject;
    const { bucket, region } = primary.state;
    const state = await readState(aws.in(region), bucket, stateKey(project, primary.name));
    const apply = `npx cdktf deploy ${primary.name}`;
    if (state === undefined) return fail(`${primary.name} was never applied: no state in ${bucket}`, apply);
    const { serial, lineage, modifiedAt } = state;
    const facts = { serial, lineage, modifiedAt: modifiedAt.toISOString() };
    const applied = state.output("database_identifier");
    const expected = databaseIdentifier(subject);
    if (applied !== expected)
      return fail(
        `the files name ${expected}, applied is ${applied ?? "none"}`,
        `# was ${primary.name}.activation.json removed? the record stays as long as its database lives\n${apply}`,
        facts,
      );
    return pass(`${expected}, serial ${serial}, written ${formatTime(modifiedAt)}`, facts);
  },
};
