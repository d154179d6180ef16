import type { PolicyStatement } from "../encryption/key-policy.ts";
import type { Registry } from "./registry.ts";

/** Lets a role pull the service's images. No key is needed: ECR decrypts images by a grant of its own. */
export function pullImages({ repositoryArn }: Registry): PolicyStatement[] {
  return [
    {
      Sid: "SignInToRegistry",
      Effect: "Allow",
      Action: "ecr:GetAuthorizationToken",
      Resource: "*",
    },
    {
      Sid: "PullImage",
      Effect: "Allow",
      Action: ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
      Resource: repositoryArn,
    },
  ];
}
