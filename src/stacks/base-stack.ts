import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider/index.js";
import { Aspects, S3Backend, TerraformElement, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct, Node } from "constructs";
import type { ServiceSpec, StackSpec } from "../config/spec.ts";
import { stateKey } from "../naming/names.ts";
import { readable } from "../config/literal-text.ts";
import { terraformRange, toolchain } from "../toolchain/toolchain.ts";

/** Where a stack's state lies, as its backend and those who read its outputs name it. */
export function stateOf({ project, state, name }: StackSpec) {
  return {
    bucket: state.bucket,
    key: stateKey(project, name),
    region: state.region,
    // Without a key id, encrypt asks for SSE-S3 and overrides the bucket's customer key.
    kmsKeyId: `arn:aws:kms:${state.region}:${project.accountId}:${state.keyAlias}`,
    allowedAccountIds: [project.accountId],
  };
}

/** The provider's own 25 make a plan against a region that does not answer hang for more than five minutes. */
const MAX_RETRIES = 8;

/** What everything of a stack is tagged with. */
export function tagsOf(spec: StackSpec & Pick<ServiceSpec, "copyOf">): Readonly<Record<string, string>> {
  const { project, name, copyOf } = spec;
  return {
    Project: project.name,
    // A copy is its original's to those who may change it, and in what it costs; its own tag says that it may go.
    Environment: copyOf?.name ?? name,
    ...(copyOf && { Drill: name }),
    Service: project.service,
    Owner: project.owner,
    CostCenter: project.costCenter,
    ManagedBy: "terraform",
    Repository: project.repository,
  };
}

/** A Terraform root: provider bound to one account and region, encrypted remote state, readable addresses. */
export abstract class BaseStack extends TerraformStack {
  protected constructor(
    scope: Construct,
    protected readonly spec: StackSpec,
  ) {
    super(scope, spec.name);
    this.addBackend();
    this.addProvider();
    this.boundRoles();
    this.addToolchain();
  }

  /** Addresses are a contract: `database_instance`, not a hash that moves with every refactoring. */
  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const node = element instanceof TerraformElement ? element.node : element;
    const start = node.scopes.indexOf(this) + 1;
    return node.scopes
      .slice(start)
      .map((scope) => scope.node.id.replaceAll("-", "_"))
      .join("_");
  }

  /** What is rendered last: the text of people becomes text of Terraform's. */
  override toTerraform(): unknown {
    return readable(super.toTerraform());
  }

  /** Declares an output; its name is part of the stack's interface. */
  protected output(name: string, description: string, value: string | undefined): void {
    if (value !== undefined) new TerraformOutput(this, name, { description, value });
  }

  private addBackend(): void {
    // A variable, since CDKTF's type does not know the native lock yet.
    const backend = { ...stateOf(this.spec), encrypt: true, useLockfile: true };
    new S3Backend(this, backend);
  }

  /** One provider for every machine: an older one can't read what a newer one has written (T49). */
  private addToolchain(): void {
    const pinned = toolchain();
    this.addOverride("terraform.required_version", terraformRange(pinned));
    this.addOverride("terraform.required_providers.aws.version", pinned.provider);
    this.output("provider_version", "AWS provider that the stack was applied with", pinned.provider);
  }

  /** Every role, also that of a platform which is added later: a deployment may make no other (docs/decisions/0040). */
  private boundRoles(): void {
    const { boundaryArn } = this.spec;
    if (boundaryArn === undefined) return;
    Aspects.of(this).add({
      visit: (node) => {
        if (node instanceof IamRole) node.permissionsBoundary = boundaryArn;
      },
    });
  }

  private addProvider(): void {
    const { project, region } = this.spec;
    new AwsProvider(this, "aws", {
      region,
      // The global endpoint lives in us-east-1 (T44).
      stsRegion: region,
      maxRetries: MAX_RETRIES,
      allowedAccountIds: [project.accountId],
      defaultTags: [{ tags: tagsOf(this.spec) }],
    });
  }
}
