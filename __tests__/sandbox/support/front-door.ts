import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  type CreateListenerCommandInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Storage } from "./storage.ts";

export interface FrontDoor {
  readonly dnsName: string;
  readonly zoneId: string;
  readonly securityGroupId: string;
  readonly targetGroupArn: string;
  open(cidr: string): Promise<void>;
}

/** An internet-facing load balancer with a closed door and no targets. With a certificate it speaks HTTPS, without HTTP. */
export async function createFrontDoor(
  storage: Storage,
  region: string,
  certificateArn?: string,
): Promise<FrontDoor> {
  const listens: Pick<CreateListenerCommandInput, "Protocol" | "Port" | "Certificates"> =
    certificateArn === undefined
      ? { Protocol: "HTTP", Port: 80 }
      : { Protocol: "HTTPS", Port: 443, Certificates: [{ CertificateArn: certificateArn }] };
  const ec2 = new EC2Client(storage.settings(region));
  const elb = new ElasticLoadBalancingV2Client(storage.settings(region));
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
  const VpcId = Vpc?.VpcId;
  const subnets = await Promise.all(
    ["a", "b"].map(async (zone, index) => {
      const { Subnet } = await ec2.send(
        new CreateSubnetCommand({
          VpcId,
          CidrBlock: `10.0.${index}.0/24`,
          AvailabilityZone: `${region}${zone}`,
        }),
      );
      return Subnet?.SubnetId ?? "";
    }),
  );
  const { GroupId = "" } = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: "alb", Description: "alb", VpcId }),
  );
  const { LoadBalancers: [balancer] = [] } = await elb.send(
    new CreateLoadBalancerCommand({
      Name: "shop",
      Subnets: subnets,
      SecurityGroups: [GroupId],
      Scheme: "internet-facing",
    }),
  );
  const { TargetGroups: [group] = [] } = await elb.send(
    new CreateTargetGroupCommand({ Name: "shop", Protocol: "HTTP", Port: 8080, VpcId, TargetType: "ip" }),
  );
  const targetGroupArn = group?.TargetGroupArn ?? "";
  await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: balancer?.LoadBalancerArn,
      ...listens,
      DefaultActions: [{ Type: "forward", TargetGroupArn: targetGroupArn }],
    }),
  );
  return {
    dnsName: balancer?.DNSName ?? "",
    zoneId: balancer?.CanonicalHostedZoneId ?? "",
    securityGroupId: GroupId,
    targetGroupArn,
    async open(CidrIp) {
      await ec2.send(
        new AuthorizeSecurityGroupIngressCommand({
          GroupId,
          IpPermissions: [
            { IpProtocol: "tcp", FromPort: listens.Port, ToPort: listens.Port, IpRanges: [{ CidrIp }] },
          ],
        }),
      );
    },
  };
}
