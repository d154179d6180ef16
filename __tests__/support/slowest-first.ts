import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that deploy, the slowest first: one that starts last keeps the others' workers waiting. */
const SLOWEST = [
  "recovery/kills",
  "recovery/stay-or-discard",
  "recovery/failback",
  "recovery/failover",
  "recovery/drill",
  "end-to-end",
  "backup/terraform",
  "k3s",
  "readiness",
  "bootstrap",
  "traffic",
  "ecs-ec2",
  "eks",
  "terraform",
  "state/replication",
  "ecs-fargate-spot",
  "moto",
  "traffic-automatic",
];

/** A clean clone has no record of how long files took, and Vitest goes by their size then. */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const index = SLOWEST.findIndex((name) => moduleId.endsWith(`/sandbox/${name}.test.ts`));
  return index === -1 ? SLOWEST.length : index;
}
