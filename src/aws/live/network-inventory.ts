import type { InventorySdk } from "../sdk-inventory.ts";
import { allOf } from "./ask.ts";
import { type Listing, paged } from "./listing.ts";

/** Found by their tag, for want of names. Whatever else a network consists of is gone when the network is. */
export const network = (sdk: InventorySdk): readonly Listing[] => [
  tagged(
    "VPC",
    "ec2:DescribeVpcs",
    (tag, token) => sdk.vpcs(tag, token),
    (page) => page.Vpcs?.map(({ VpcId, Tags }) => [VpcId, Tags]),
    (page) => page.NextToken,
  ),
  tagged(
    "Elastic IP address",
    "ec2:DescribeAddresses",
    (tag) => sdk.addresses(tag),
    (page) => page.Addresses?.map(({ AllocationId, Tags }) => [AllocationId, Tags]),
    () => undefined,
  ),
  tagged(
    "NAT gateway",
    "ec2:DescribeNatGateways",
    (tag, token) => sdk.natGateways(tag, token),
    // One that was deleted is described for an hour.
    (page) =>
      page.NatGateways?.filter(({ State }) => State !== "deleted").map(({ NatGatewayId, Tags }) => [
        NatGatewayId,
        Tags,
      ]),
    (page) => page.NextToken,
  ),
  tagged(
    "volume",
    "ec2:DescribeVolumes",
    (tag, token) => sdk.volumes(tag, token),
    (page) => page.Volumes?.map(({ VolumeId, Tags }) => [VolumeId, Tags]),
    (page) => page.NextToken,
  ),
  paged(
    "launch template",
    "ec2:DescribeLaunchTemplates",
    (_, token) => sdk.launchTemplates(token),
    (page) => page.LaunchTemplates,
    (page) => page.NextToken,
    (one) => [one.LaunchTemplateName],
  ),
];

type Tagged = readonly [
  id: string | undefined,
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined,
];

/** A listing by the tag of a drill's copy, which is looked at here too: what is listed by mistake would fail a drill. */
const tagged = <Page>(
  kind: string,
  action: string,
  page: (tag: string, token: string | undefined) => Promise<Page>,
  itemsOf: (page: Page) => readonly Tagged[] | undefined,
  tokenOf: (page: Page) => string | undefined,
): Listing => ({
  kind,
  action,
  list: async ({ tag }) => {
    const items = await allOf((token) => page(tag, token), itemsOf, tokenOf);
    return items.flatMap(([id = "", tags = []]) =>
      tags.some(({ Key, Value }) => Key === "Drill" && Value === tag) ? [id] : [],
    );
  },
});
