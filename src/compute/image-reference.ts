import type { ContainerConfig } from "./fields.ts";

/** What a container runtime pulls. */
export function imageOf(repositoryUrl: string, image: ContainerConfig["image"]): string {
  return "digest" in image ? `${repositoryUrl}@${image.digest}` : `${repositoryUrl}:${image.tag}`;
}
