/** Name of an AMI of the architecture that `EC2` runs. */
export const AMI_NAME = "al2023-ami-ecs-hvm-2023.0.20260108-kernel-6.1-arm64";

/** The default production environment on instances of its own. */
export const EC2 = {
  prod: {
    compute: {
      architecture: "arm64",
      capacity: {
        mode: "ec2",
        instanceType: "m7g.large",
        minInstances: 3,
        maxInstances: 9,
        ami: { name: AMI_NAME },
      },
    },
  },
} as const;
