import { z } from "zod";
import { pattern } from "../../config/fields.ts";

/** Ports that Kubernetes opens on every node for services of type NodePort. Source: Kubernetes, "Service", NodePort. */
const NODE_PORTS = { first: 30_000, last: 32_767 } as const;

/** Says why no service can listen on a port of every node; undefined when it can. */
export function nodePortProblem(port: number): string | undefined {
  const { first, last } = NODE_PORTS;
  if (port >= first && port <= last) return undefined;
  return `is outside the node ports of Kubernetes, got ${port}; choose ${first} to ${last}`;
}

/** Port on which every node listens for the load balancer. */
export const nodePort = () =>
  z
    .int()
    .superRefine((port, context) => {
      const message = nodePortProblem(port);
      if (message !== undefined) context.addIssue({ code: "custom", message, input: port });
    })
    .default(30_080)
    .meta({ form: `a whole number ${NODE_PORTS.first} to ${NODE_PORTS.last}` })
    .describe("port on which every node listens for the load balancer; the service's nodePort in Kubernetes");

/** A name within a Kubernetes cluster. */
export const kubernetesName = () =>
  pattern(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, "a Kubernetes name of lower-case letters, digits and hyphens");
