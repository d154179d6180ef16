import { EksAccessEntry } from "@cdktf/provider-aws/lib/eks-access-entry/index.js";
import { EksAccessPolicyAssociation } from "@cdktf/provider-aws/lib/eks-access-policy-association/index.js";
import { Construct } from "constructs";
import type { EksConfig } from "./schema.ts";

type Entry = EksConfig["access"][number];

interface AccessEntriesProps {
  readonly entries: readonly Entry[];
  readonly clusterName: string;
}

/** EKS's own policies. Groups such as `system:masters` are no choice: an access entry can't use them (T10). */
const POLICIES: Readonly<Record<Entry["policy"], string>> = {
  "cluster-admin": "AmazonEKSClusterAdminPolicy",
  admin: "AmazonEKSAdminPolicy",
  edit: "AmazonEKSEditPolicy",
  view: "AmazonEKSViewPolicy",
};

/** Who may use a cluster. */
export class AccessEntries extends Construct {
  constructor(scope: Construct, id: string, { entries, clusterName }: AccessEntriesProps) {
    super(scope, id);
    for (const { principalArn, policy, namespaces } of entries) {
      const principal = principalArn.replace(/^.*?:(role|user)\//, "$1-").replaceAll(/[^A-Za-z0-9]+/g, "-");
      const entry = new EksAccessEntry(this, principal, { clusterName, principalArn, type: "STANDARD" });
      new EksAccessPolicyAssociation(this, `${principal}-policy`, {
        clusterName,
        principalArn: entry.principalArn,
        policyArn: `arn:aws:eks::aws:cluster-access-policy/${POLICIES[policy]}`,
        accessScope:
          namespaces === undefined ? { type: "cluster" } : { type: "namespace", namespaces: [...namespaces] },
      });
    }
  }
}
