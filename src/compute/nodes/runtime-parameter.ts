import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter/index.js";
import { Construct } from "constructs";
import type { Database } from "../../database/database.ts";
import type { PolicyStatement } from "../../encryption/key-policy.ts";
import type { Names } from "../../naming/names.ts";
import { databaseEnvironment } from "../database-environment.ts";

interface RuntimeParameterProps {
  readonly names: Names;
  readonly accountId: string;
  readonly region: string;
  readonly database: Database;
}

/** Name of the parameter; the same for every database that an environment ever has. */
const nameOf = (names: Names): string => names.path("database");

/**
 * Where pods learn which database is theirs now.
 *
 * Terraform does not write to the cluster. A restored database has another endpoint and another secret, and pods that read
 * them here when they start need no manifest to be applied in an incident.
 */
export class RuntimeParameter extends Construct {
  readonly parameterName: string;

  constructor(scope: Construct, id: string, { names, region, database }: RuntimeParameterProps) {
    super(scope, id);
    const parameter = new SsmParameter(this, "database", {
      name: nameOf(names),
      description: "Environment of the service's pods; the password is in the secret that it names",
      type: "String",
      value: JSON.stringify(databaseEnvironment(region, database)),
      tags: { Name: names.of("database") },
    });
    this.parameterName = parameter.name;
  }
}

/** Lets a role read the parameter, and no other. */
export const readRuntimeParameter = ({
  names,
  accountId,
  region,
}: Omit<RuntimeParameterProps, "database">): PolicyStatement => ({
  Sid: "ReadRuntimeParameter",
  Effect: "Allow",
  Action: "ssm:GetParameter",
  Resource: `arn:aws:ssm:${region}:${accountId}:parameter${nameOf(names)}`,
});
