import type { IngressConfig } from "../ingress/schema.ts";

/** Whether health checkers reach a load balancer: their addresses are many, and change. */
export const isOpenToTheWorld = ({ public: isPublic, allowedCidrs }: IngressConfig): boolean =>
  isPublic && allowedCidrs.includes("0.0.0.0/0");
