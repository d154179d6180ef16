import { composeConfiguration } from "../config/load.ts";
import { readSourceFiles, type SourceFile, type SourceFiles } from "../config/read-files.ts";
import { type Specs, specsOf } from "../config/spec.ts";

const ENVIRONMENTS = "environments";
/** A pair with everything on, and an example of what moves its traffic. */
const [PAIR, TRAFFIC] = ["examples/disaster-recovery", "examples/traffic-operator"];
const STANDBY = "dr";

/** What the diagrams are drawn from. */
export interface DiagramSpecs {
  readonly stacks: Specs;
  /** The same pair in each posture. */
  readonly postures: readonly Specs[];
}

/** Reads the environments, and the examples of what they leave out. */
export async function readDiagramSpecs(): Promise<DiagramSpecs> {
  const [own, pair, traffic] = await Promise.all(
    [ENVIRONMENTS, PAIR, TRAFFIC].map((folder) => readSourceFiles(folder)),
  );
  if (own === undefined || pair === undefined || traffic === undefined) throw new Error("no environments");
  const records = traffic.files.filter(({ name }) => name === "traffic");
  const missing = own.files.some(({ name }) => name === "traffic") ? [] : records;
  const inPeace = { ...pair, activations: [] };
  const activated = (["restored", "active"] as const).map((posture) => ({
    ...pair,
    activations: [record(posture)],
  }));
  return {
    stacks: compose(own, missing, ENVIRONMENTS),
    postures: [inPeace, ...activated].map((files) => compose(files, records, PAIR)),
  };
}

const compose = (files: SourceFiles, more: readonly SourceFile[], folder: string): Specs =>
  specsOf(
    composeConfiguration({ ...files, files: [...files.files, ...more] }, folder, {
      unmetObjectives: "accept",
    }),
  );

/** As a recovery writes it. */
const record = (posture: "restored" | "active"): SourceFile => ({
  name: STANDBY,
  file: `${PAIR}/${STANDBY}.activation.json`,
  value: {
    posture,
    hardened: posture === "active",
    recoveryPoint: {
      kind: "snapshot",
      snapshotArn: "arn:aws:rds:eu-central-1:111122223333:snapshot:awsbackup:copyjob-0001",
      engine: "postgres",
      engineVersion: "17.4",
      createdAt: "2026-01-31T03:00:00Z",
    },
    declaredAt: "2026-01-31T04:00:00Z",
    operator: "on-call",
    reason: "an example",
  },
});
