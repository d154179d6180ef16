import { switchObject, type SwitchObject } from "../../traffic/switch-object.ts";
import type { Subject } from "../subject.ts";
import { formatAge, formatTime, minutesBetween } from "../time.ts";
import { type Check, fail, pass, warn } from "./check.ts";
import { postureOf, withoutTraffic } from "./inapplicable.ts";

/** Where an operator turns the traffic; undefined where nobody does. */
export function switchOf({ traffic }: Subject): SwitchObject | undefined {
  return traffic?.config.mode.by === "operator" ? switchObject(traffic.names, traffic.region) : undefined;
}

/** No traffic environment, or one in which traffic moves by itself. */
export const withoutSwitch = (subject: Subject): string | undefined =>
  withoutTraffic(subject) ??
  (switchOf(subject) === undefined ? "traffic moves by itself: mode automatic has no switch" : undefined);

/** The object that sends traffic to the standby. */
export const trafficSwitch: Check = {
  id: "switch",
  asks: "does the traffic switch stand where the posture says",
  because:
    "a switch that is on sends users to a standby without their data; one that is released too early sends them back to a stale database (T39, T42)",
  remedy: "put or remove the switch object",
  side: "standby",
  goesByPosture: true,
  inapplicable: withoutSwitch,
  async run({ subject, aws, now }) {
    const lever = switchOf(subject);
    if (lever === undefined) throw new Error("no switch to ask for");
    const { bucketName, key, region } = lever;
    const regional = aws.in(region);
    // A bucket that is missing is an error of the list, and would look like a missing object to anything else.
    const isOn = (await regional.list(bucketName, key)).includes(key);
    const posture = postureOf(subject);
    const path = `s3://${bucketName}/${key}`;
    const [{ name }, primary] = [subject.standby, subject.primary.name];
    if (!isOn) {
      return posture === "active"
        ? fail(
            `off, while ${name} is active: traffic goes to ${primary}`,
            `echo ${name} | aws s3 cp --region ${region} - ${path}`,
            { on: false },
          )
        : pass(`off: traffic goes to ${primary}`, { on: false });
    }
    const head = await regional.head(bucketName, key);
    const since = head?.modifiedAt ?? now;
    const ageMinutes = minutesBetween(since, now);
    const facts = { on: true, ageMinutes, since: since.toISOString() };
    const seen = `on since ${formatTime(since)}, ${formatAge(ageMinutes)}`;
    if (posture === "active")
      return pass(`${seen}: traffic goes to ${name}, and stays there until an operator releases it`, facts);
    if (posture === "restored")
      return warn(
        `${seen}, while ${name} is closed to the public`,
        `aws s3 rm --region ${region} ${path}`,
        facts,
      );
    return fail(
      `${seen}, while ${name} is a standby without data`,
      `aws s3 rm --region ${region} ${path}`,
      facts,
    );
  },
};
