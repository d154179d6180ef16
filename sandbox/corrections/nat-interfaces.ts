import { DeleteNetworkInterfaceCommand, DescribeNatGatewaysCommand, EC2Client } from "@aws-sdk/client-ec2";
import type { Emulation, World } from "../gateway/emulation.ts";
import { readForm } from "../gateway/input.ts";

/** moto keeps the network interface of a NAT gateway that was deleted; it would outlive even its network. */
export const natInterfaces = (world: World): Emulation[] => [
  {
    service: "ec2",
    async observe(call, { status }) {
      if (call.action !== "DeleteNatGateway" || status !== 200) {
        return;
      }
      const NatGatewayIds = [(await readForm(call)).get("NatGatewayId") ?? ""];
      const client = new EC2Client(world.moto.client(call.region));
      const { NatGateways = [] } = await client.send(new DescribeNatGatewaysCommand({ NatGatewayIds }));
      const addresses = NatGateways.flatMap(({ NatGatewayAddresses = [] }) => NatGatewayAddresses);
      for (const { NetworkInterfaceId } of addresses) {
        await client.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
      }
    },
  },
];
