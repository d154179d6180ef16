import type { RegistryConfig } from "./schema.ts";

interface LifecycleRule {
  /** Rules apply from the lowest to the highest; ECR wants each number once. */
  readonly rulePriority: number;
  readonly description: string;
  readonly selection:
    | {
        readonly tagStatus: "untagged";
        readonly countType: "sinceImagePushed";
        readonly countUnit: "days";
        readonly countNumber: number;
      }
    | {
        readonly tagStatus: "tagged";
        readonly tagPatternList: readonly string[];
        readonly countType: "imageCountMoreThan";
        readonly countNumber: number;
      };
  readonly action: { readonly type: "expire" };
}

/** What ECR expires. Only tagged images count towards those that are kept, so that untagged ones push no release out. */
export function lifecycleRules({ untaggedExpiryDays, keepImages }: RegistryConfig): readonly LifecycleRule[] {
  return [
    {
      rulePriority: 1,
      description: `untagged images expire after ${untaggedExpiryDays} days`,
      selection: {
        tagStatus: "untagged",
        countType: "sinceImagePushed",
        countUnit: "days",
        countNumber: untaggedExpiryDays,
      },
      action: { type: "expire" },
    },
    {
      rulePriority: 2,
      description: `the newest ${keepImages} tagged images are kept`,
      selection: {
        tagStatus: "tagged",
        tagPatternList: ["*"],
        countType: "imageCountMoreThan",
        countNumber: keepImages,
      },
      action: { type: "expire" },
    },
  ];
}
