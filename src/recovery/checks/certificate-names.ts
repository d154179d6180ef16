import { covers } from "./certificate.ts";
import { type Check, fail, pass, unknown } from "./check.ts";

/** Without a traffic environment only the primary's certificate says which names users come by. */
export const certificateNames: Check = {
  id: "certificate-names",
  asks: "does the standby's certificate cover every name of the primary's",
  because: "users who reach the standby by a name that it can't prove see an error",
  remedy: "request a certificate for all names in the standby's region",
  side: "primary",
  inapplicable({ traffic, pair }) {
    if (traffic !== undefined) return "the traffic environment names the record";
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
    // A wildcard is covered by the same wildcard only.
    const missing = theirs.names.filter((name) => !covers(mine.names, name));
    const facts = { names: theirs.names.join(","), missing: missing.join(",") };
    if (missing.length === 0) return pass(`both cover ${theirs.names.join(", ")}`, facts);
    const [first = "", ...others] = theirs.names;
    const alternatives = others.length === 0 ? "" : ` --subject-alternative-names ${others.join(" ")}`;
    return fail(
      `covers ${mine.names.join(", ")}, and not ${missing.join(", ")}`,
      `aws acm request-certificate --region ${standby.region} --domain-name ${first}${alternatives} --validation-method DNS`,
      facts,
    );
  },
};
