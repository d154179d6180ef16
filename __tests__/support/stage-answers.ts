import { AwsFailure } from "../../src/aws/failure.ts";
import type { RegionalAws } from "../../src/aws/port.ts";
import type { MemoryService } from "./memory-service.ts";
import type { StageSettings } from "./recovery-stage.ts";

/** Both regions answer: a failover fences the primary, and a rollback lets it serve again. */
export function bothRegions(primary: MemoryService, standby: MemoryService): StageSettings {
  const targets: RegionalAws["targets"] = async () =>
    Array.from({ length: primary.count }, (_, index) => ({
      id: `10.20.0.${index}`,
      state: "healthy",
      reason: undefined,
    }));
  const scaled = standby.questions();
  return {
    answers: {
      primary: { ...primary.questions(), targets },
      standby: {
        suspendTaskScaling: (...args) => scaled.suspendTaskScaling(...args),
        setTaskCount: (...args) => scaled.setTaskCount(...args),
        taskScaling: (...args) => scaled.taskScaling(...args),
      },
    },
  };
}

/** A question that AWS answers with a failure. */
export const refuses =
  (kind: AwsFailure["kind"], action: string, reason: string) => async (): Promise<never> => {
    throw new AwsFailure(kind, action, "eu-central-1", reason);
  };

/** The same, with a standby whose way in is seen as well, and a look before each change of either way in. */
export function watched(primary: MemoryService, standby: MemoryService, look: () => void): StageSettings {
  const { answers } = bothRegions(primary, standby);
  const door = ({ questions }: { questions: ReturnType<MemoryService["questions"]> }) => ({
    loadBalancer: questions.loadBalancer,
    setLoadBalancerGroups: async (arn: string, ids: readonly string[]) => {
      look();
      await questions.setLoadBalancerGroups(arn, ids);
      look();
    },
  });
  return {
    answers: {
      primary: { ...answers?.primary, ...door({ questions: primary.questions() }) },
      standby: { ...answers?.standby, ...door({ questions: standby.questions() }) },
    },
  };
}
