import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { RegionalAws } from "../../src/aws/port.ts";
import type { ServiceSpec } from "../../src/config/spec.ts";
import { identifierOf } from "../../src/database/source.ts";
import { MemoryDatabases } from "./memory-databases.ts";
import { CHECKS } from "../../src/recovery/checks/all.ts";
import type { Finding, Inquiry } from "../../src/recovery/checks/check.ts";
import { doubtOf } from "../../src/recovery/doubt.ts";
import { readHistory } from "../../src/recovery/journal/history.ts";
import { journalPlace } from "../../src/recovery/journal/place.ts";
import { readRecordInForce } from "../../src/recovery/record-in-force.ts";
import { chooseSubject, type Subject } from "../../src/recovery/subject.ts";
import { type Changes, configure } from "./environments.ts";
import { PROTECTED, TOOLS } from "./protected-pair.ts";
import { type Answers, KEYS, memoryAws, NOW } from "./memory-aws.ts";

/** Two sets of changes as one; what the second removes is removed from the defaults, too. */
function combine(first: Changes, second: Changes): Changes {
  const changed = Object.entries(second).map(([key, value]) => {
    const before = first[key];
    return [key, isSection(before) && isSection(value) ? combine(before, value) : value] as const;
  });
  return { ...first, ...Object.fromEntries<unknown>(changed) };
}

const isSection = (value: unknown): value is Changes =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const subjects = new Map<string, Subject>();

/** The protected pair with changes; composed once for each. */
function subjectWith(changes: Changes): Subject {
  const key = JSON.stringify(changes, (_, value: unknown) => (value === undefined ? "undefined" : value));
  const configuration = () => configure(combine(PROTECTED, changes), { unmetObjectives: "accept" });
  const subject = subjects.get(key) ?? chooseSubject(configuration(), "environments");
  subjects.set(key, subject);
  return subject;
}

/** What a check is given in a test. */
export function inquire(changes: Changes = {}, answers: Answers = {}): Inquiry {
  const subject = subjectWith(changes);
  const aws = memoryAws({
    ...answers,
    standby: { ...databaseOf(subject.standby), ...answers.standby },
    primary: { ...databaseOf(subject.primary), ...answers.primary },
  });
  const place = journalPlace(subject.project, "dr", subject.standby.state, join(tmpdir(), "no-journal"));
  const ownRecord = subject.pair.activation;
  // Whoever has a record in the folder has it in force, unless a test says something else of the bucket.
  const recordInForce = async () => (await readRecordInForce(place, aws.in(place.region))) ?? ownRecord;
  const history = () => readHistory(place, aws.in(place.region));
  return {
    subject,
    aws,
    standby: aws.in("eu-central-1"),
    primary: aws.in("eu-west-1"),
    now: NOW,
    place,
    ownRecord,
    recordInForce,
    doubt: () => doubtOf({ subject, ownRecord, recordInForce, history }),
    history,
    tools: async () => TOOLS,
    drift: undefined,
  };
}

/** The database that an environment is to have, and no other. */
const databaseOf = ({ names, region, recoveryPoint }: ServiceSpec): Pick<RegionalAws, "database"> => {
  const keyArn = `${KEYS}/${names.of("data")}`;
  const held = new MemoryDatabases(region).put(identifierOf(names, recoveryPoint), { keyArn });
  return { database: async (identifier) => held.instances.get(identifier) };
};

/** What a check finds; one that does not apply fails the test. */
export async function find(id: string, answers: Answers = {}, changes: Changes = {}): Promise<Finding> {
  return findBy(id, inquire(changes, answers));
}

export async function findBy(id: string, inquiry: Inquiry): Promise<Finding> {
  const check = CHECKS.find((one) => one.id === id);
  if (check === undefined) throw new Error(`no check ${id}`);
  expect(check.inapplicable?.(inquiry.subject, inquiry)).toBeUndefined();
  const finding = await check.run(inquiry);
  // Whoever is told that something is wrong is told what to do, in lines that can be pasted.
  expect(finding.status === "pass" || finding.remedy !== undefined).toBe(true);
  for (const part of finding.remedy?.split("\n") ?? []) expect(part).toMatch(PASTEABLE);
  return finding;
}

/** A command, or a comment for whoever pastes it. */
const PASTEABLE = /^(# |(aws|npx|npm|terraform|skopeo|echo|sudo|date) |SNAPSHOT=)/;

/** Status and evidence as one line, so that a table of cases reads as prose. */
export const line = ({ status, evidence }: Finding): string => `${status}: ${evidence}`;
