import type { Activation } from "../../activation/schema.ts";
import { agree, DamagedRecord, postureText, recordAddress } from "../record-in-force.ts";
import { type Check, fail, pass } from "./check.ts";

/** The record here, against the one that holds for everybody. */
export const activationRecord: Check = {
  id: "activation-record",
  asks: "does the activation record of this folder say what is in force",
  because:
    "whoever applies the standby goes by the record beside its file: without it, a standby that serves is applied as a pilot light; with a stale one, a pilot light as a standby that serves",
  remedy: "bring the checkout up to date, or take the record that is in force",
  side: "standby",
  async run({ subject, ownRecord, recordInForce, place }) {
    const file = `${subject.standby.name}.activation.json`;
    const address = recordAddress(place);
    const path = subject.standby.file.replace(/[^/]*$/, file);
    const put = `aws s3 cp --region ${place.region} ${path} ${address}`;
    let inForce: Activation | undefined;
    try {
      inForce = await recordInForce();
    } catch (error) {
      if (!(error instanceof DamagedRecord)) throw error;
      const remedy = error.isNewer
        ? "# bring this checkout up to date, its tool included"
        : ownRecord === undefined
          ? `# bring ${file} here from whoever has it, and then: ${put}\n# where ${subject.standby.name} is a pilot light, and only there: aws s3 rm --region ${place.region} ${address}`
          : put;
      return fail(error.message, remedy);
    }
    const facts = { here: ownRecord?.posture ?? "standby", inForce: inForce?.posture ?? "standby" };
    if (ownRecord === undefined && inForce === undefined) return pass("there is none: a pilot light", facts);
    if (ownRecord !== undefined && inForce !== undefined && agree(ownRecord, inForce))
      return pass(`${file} is in force: ${shown(inForce)}`, facts);
    const take = `aws s3 cp --region ${place.region} ${address} ${path}`;
    if (ownRecord === undefined)
      return fail(
        `${file} is missing here; in force is ${shown(inForce)}`,
        `${take}\n# then commit it`,
        facts,
      );
    if (inForce !== undefined)
      return fail(
        `${file} says ${shown(ownRecord)}; in force is ${shown(inForce)}`,
        `${take}\n# then commit it`,
        facts,
      );
    return fail(
      `${file} says ${shown(ownRecord)}, and no record is in force`,
      [
        `# a checkout that is out of date: bring it up to date, or remove ${path}`,
        `# a recovery that was done by hand, and only then: ${put}`,
      ].join("\n"),
      facts,
    );
  },
};

const shown = (record: Activation | undefined): string =>
  record === undefined ? "a pilot light" : `${postureText(record)}, declared ${record.declaredAt}`;
