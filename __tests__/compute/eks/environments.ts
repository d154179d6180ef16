/** What the default production environment says of ECS alone. */
const WITHOUT_ECS = {
  desiredCount: undefined,
  cpu: undefined,
  autoscaling: undefined,
} as const;

export const ADMIN = "arn:aws:iam::111122223333:role/platform-admin";
export const AMI_RELEASE = "1.35.2-20260923";

/** The default pair on EKS. */
export const EKS = {
  prod: {
    compute: {
      ...WITHOUT_ECS,
      platform: "eks",
      kubernetesVersion: "1.35",
      access: [{ principalArn: ADMIN, policy: "cluster-admin" }],
      architecture: "arm64",
      nodes: { instanceType: "m7g.large", minCount: 3, maxCount: 9, amiRelease: AMI_RELEASE },
    },
  },
  dr: { compute: { platform: "eks" } },
} as const;
