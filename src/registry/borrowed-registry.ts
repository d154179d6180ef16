import { DataAwsEcrRepository } from "@cdktf/provider-aws/lib/data-aws-ecr-repository/index.js";
import { Construct } from "constructs";
import type { Registry } from "./registry.ts";

/** The images of an environment that is copied. */
export class BorrowedRegistry extends Construct implements Registry {
  readonly repositoryUrl: string;
  readonly repositoryArn: string;
  readonly repositoryName: string;

  constructor(scope: Construct, id: string, { repositoryName }: { readonly repositoryName: string }) {
    super(scope, id);
    const repository = new DataAwsEcrRepository(this, "repository", { name: repositoryName });
    this.repositoryUrl = repository.repositoryUrl;
    this.repositoryArn = repository.arn;
    this.repositoryName = repositoryName;
  }
}
