import { AwsProvider } from "@cdktf/provider-aws/lib/provider/index.js";
import { Aspects, TerraformDataSource, TerraformResource, TerraformStack } from "cdktf";
import { Construct, type IConstruct } from "constructs";

interface OtherRegionProps {
  readonly region: string;
}

/** A scope for what a stack keeps in another region than its own: all resources below it use that region's provider. */
export class OtherRegion extends Construct {
  constructor(scope: Construct, id: string, { region }: OtherRegionProps) {
    super(scope, id);
    const provider = providerOf(TerraformStack.of(this), region);
    Aspects.of(this).add({
      visit(node: IConstruct) {
        if (node instanceof TerraformResource || node instanceof TerraformDataSource)
          node.provider ??= provider;
      },
    });
  }
}

/** The stack's own provider with another region, made once; account and tags are the same. */
function providerOf(stack: TerraformStack, region: string): AwsProvider {
  const id = `aws-${region}`;
  const existing = stack.node.tryFindChild(id);
  if (existing instanceof AwsProvider) return existing;
  const own = stack.node.findChild("aws");
  if (!(own instanceof AwsProvider)) throw new Error(`stack ${stack.node.id} has no provider to copy`);
  return new AwsProvider(stack, id, {
    alias: region,
    region,
    stsRegion: region,
    ...(own.maxRetries !== undefined && { maxRetries: own.maxRetries }),
    ...(own.allowedAccountIds && { allowedAccountIds: own.allowedAccountIds }),
    ...(own.defaultTags !== undefined && { defaultTags: own.defaultTags }),
  });
}
