import { usersNames } from "../dns/users-names.ts";
import { covers, requestCommand } from "./certificate.ts";
import { type Check, fail, pass, unknown, warn } from "./check.ts";

/** The record that fails over need not be the name that users ask for (T58): both certificates have to prove the same names. */
export const certificateNames: Check = {
  id: "certificate-names",
  asks: "do both certificates cover every name that users come by",
  because: "users who reach a side by a name that it can't prove see an error (T58)",
  remedy: "request a certificate for all names in the region that lacks one",
  side: "primary",
  inapplicable({ pair }) {
    const bare = [pair.primary, pair.standby].find(
      ({ config }) => config.ingress.certificateArn === undefined,
    );
    return bare === undefined ? undefined : `${bare.name} serves plain HTTP`;
  },
  async run({ subject, standby, primary }) {
    const [mine, theirs] = await Promise.all([
      standby.certificate(subject.pair.standby.config.ingress.certificateArn ?? ""),
      primary.certificate(subject.pair.primary.config.ingress.certificateArn ?? ""),
    ]);
    const lacking = [
      ...(mine === undefined ? [subject.pair.standby] : []),
      ...(theirs === undefined ? [subject.pair.primary] : []),
    ];
    if (mine === undefined || theirs === undefined)
      return unknown(
        `no certificate of ${lacking.map(({ name }) => name).join(" and ")} to compare`,
        `# set ingress.certificateArn in ${lacking.map(({ file }) => file).join(" and ")}`,
      );
    const named = subject.pair.primary.config.ingress.userNames;
    const unproven = usersNames(subject).filter((name) => !covers(theirs.names, name));
    if (unproven.length > 0)
      return fail(
        `that of ${subject.primary.name} covers ${theirs.names.join(", ")}, and not ${unproven.join(", ")}`,
        named.length === 0
          ? `# users ask for other names than ${unproven.join(", ")}: name them in ingress.userNames of ${subject.pair.primary.file}`
          : requestCommand(primary.region, named),
        { names: theirs.names.join(","), missing: unproven.join(",") },
      );
    // A wildcard is covered by the same wildcard only.
    const missing = theirs.names.filter((name) => !covers(mine.names, name));
    const facts = { names: theirs.names.join(","), missing: missing.join(",") };
    if (missing.length === 0) return pass(`both cover ${theirs.names.join(", ")}`, facts);
    const evidence = `covers ${mine.names.join(", ")}, and not ${missing.join(", ")}`;
    const request = requestCommand(standby.region, theirs.names);
    // Where the files say by which names users come, others may be nobody's.
    return named.length > 0 && named.every((name) => covers(mine.names, name))
      ? warn(`${evidence}, which no user comes by as ingress.userNames says`, request, facts)
      : fail(evidence, request, facts);
  },
};
