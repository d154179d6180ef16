import { seeDatabase } from "../assertions/database.ts";
import { type Check, fail, type Finding, type Inquiry, pass } from "./check.ts";
import { postureOf } from "./inapplicable.ts";

const ASKS = "does RDS have it, of the configured major version and under the environment's key";

/** The standby's database in every posture: its empty one, or the one that was restored. */
export const database: Check = {
  id: "database",
  asks: `the standby's database: ${ASKS}`,
  because: "a state and a record say that there is a database, and only RDS knows whether there still is one",
  remedy: "look at RDS's events, then apply the pilot light again, or restore another copy",
  side: "standby",
  goesByPosture: true,
  async run(inquiry) {
    const { standby: spec } = inquiry.subject;
    const again =
      postureOf(inquiry.subject) === "standby"
        ? `npx cdktf deploy ${spec.name}`
        : `npm run dr -- rollback --environment ${spec.name}\n# then restore another copy\nnpm run dr -- failover --environment ${spec.name}`;
    return findingOf(inquiry, "standby", again);
  },
};

/** The primary's database, as its own record names it. */
export const primaryDatabase: Check = {
  id: "primary-database",
  asks: `the primary's database: ${ASKS}`,
  because: "a primary without its database serves nobody, and a failback compares with it",
  remedy: "look at RDS's events; fail over when it is lost",
  side: "primary",
  goesByPosture: true,
  run: (inquiry) =>
    findingOf(
      inquiry,
      "primary",
      `# when it is lost\nnpm run dr -- failover --environment ${inquiry.subject.standby.name}`,
    ),
};

async function findingOf(
  { subject, ...regions }: Inquiry,
  side: "standby" | "primary",
  again: string,
): Promise<Finding> {
  const [spec, aws] = [subject[side], regions[side]];
  const { identifier, instance, contradiction } = await seeDatabase(spec, aws);
  const look = `aws rds describe-events --region ${aws.region} --source-type db-instance --source-identifier ${identifier} --duration 10080`;
  const facts = { identifier, status: instance?.status ?? null };
  if (contradiction !== undefined) return fail(contradiction, `${look}\n${again}`, facts);
  const { status = "", engineVersion = "", storageGiB = 0 } = instance ?? {};
  const evidence = `${identifier} is ${status}, PostgreSQL ${engineVersion}, ${storageGiB} GiB`;
  return pass(evidence, facts);
}
