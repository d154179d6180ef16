import * as scaling from "@aws-sdk/client-application-auto-scaling";
import * as budgets from "@aws-sdk/client-budgets";
import * as ec2 from "@aws-sdk/client-ec2";
import * as rds from "@aws-sdk/client-rds";
import * as s3 from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { SANDBOX_CREDENTIALS } from "../../sandbox/gateway/moto-port.ts";
import { startSandbox, type Sandbox } from "../../sandbox/start.ts";
import { probe } from "./support.ts";

const capabilities = await probe();

const mail = (Address: string): budgets.Subscriber => ({ SubscriptionType: "EMAIL", Address });

describe.skipIf(!capabilities.isReady)("what moto lacks is answered", () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ capabilities });
  });
  afterAll(() => sandbox?.stop());
  beforeEach(() => sandbox.client.reset());

  const settings = () => ({
    endpoint: sandbox.url,
    region: "eu-west-1",
    credentials: SANDBOX_CREDENTIALS,
    maxAttempts: 1,
  });

  describe("budgets", () => {
    const AccountId = "123456789012";
    const BudgetName = "standby";
    const Budget: budgets.Budget = {
      BudgetName,
      BudgetType: "COST",
      TimeUnit: "MONTHLY",
      BudgetLimit: { Amount: "100", Unit: "USD" },
    };
    const Notification: budgets.Notification = {
      NotificationType: "ACTUAL",
      ComparisonOperator: "GREATER_THAN",
      Threshold: 80,
      ThresholdType: "PERCENTAGE",
    };
    const ResourceARN = `arn:aws:budgets::${AccountId}:budget/${BudgetName}`;
    let client: budgets.BudgetsClient;

    beforeEach(async () => {
      client = new budgets.BudgetsClient(settings());
      await client.send(
        new budgets.CreateBudgetCommand({
          AccountId,
          Budget,
          NotificationsWithSubscribers: [{ Notification, Subscribers: [mail("a@example.com")] }],
          ResourceTags: [{ Key: "Environment", Value: "dr" }],
        }),
      );
    });

    const subscribers = async (of = Notification) => {
      const answer = await client.send(
        new budgets.DescribeSubscribersForNotificationCommand({ AccountId, BudgetName, Notification: of }),
      );
      return answer.Subscribers?.map(({ Address }) => Address);
    };

    it("tells who is notified, also after a change", async () => {
      expect(await subscribers()).toEqual(["a@example.com"]);
      const change = { AccountId, BudgetName, Notification };
      await client.send(
        new budgets.CreateSubscriberCommand({ ...change, Subscriber: mail("b@example.com") }),
      );
      await client.send(
        new budgets.DeleteSubscriberCommand({ ...change, Subscriber: mail("a@example.com") }),
      );
      await client.send(
        new budgets.UpdateSubscriberCommand({
          ...change,
          OldSubscriber: mail("b@example.com"),
          NewSubscriber: mail("c@example.com"),
        }),
      );
      expect(await subscribers()).toEqual(["c@example.com"]);
    });

    it("moves the subscribers along with a changed notification", async () => {
      const NewNotification = { ...Notification, Threshold: 90 };
      await client.send(
        new budgets.UpdateNotificationCommand({
          AccountId,
          BudgetName,
          OldNotification: Notification,
          NewNotification,
        }),
      );
      expect(await subscribers(NewNotification)).toEqual(["a@example.com"]);
      await expect(subscribers()).rejects.toMatchObject({ name: "NotFoundException" });
      const known = await client.send(
        new budgets.DescribeNotificationsForBudgetCommand({ AccountId, BudgetName }),
      );
      expect(known.Notifications?.map(({ Threshold }) => Threshold)).toEqual([90]);
    });

    it("changes a limit and keeps the notifications", async () => {
      const limit = { Amount: "250", Unit: "USD" };
      await client.send(
        new budgets.UpdateBudgetCommand({ AccountId, NewBudget: { ...Budget, BudgetLimit: limit } }),
      );
      const changed = await client.send(new budgets.DescribeBudgetCommand({ AccountId, BudgetName }));
      expect(changed.Budget?.BudgetLimit).toEqual(limit);
      expect(await subscribers()).toEqual(["a@example.com"]);
    });

    it("keeps tags until the budget is deleted", async () => {
      const tags = async () =>
        (await client.send(new budgets.ListTagsForResourceCommand({ ResourceARN }))).ResourceTags;
      expect(await tags()).toEqual([{ Key: "Environment", Value: "dr" }]);
      await client.send(new budgets.UntagResourceCommand({ ResourceARN, ResourceTagKeys: ["Environment"] }));
      await client.send(
        new budgets.TagResourceCommand({ ResourceARN, ResourceTags: [{ Key: "Owner", Value: "ops" }] }),
      );
      expect(await tags()).toEqual([{ Key: "Owner", Value: "ops" }]);
      await client.send(new budgets.DeleteBudgetCommand({ AccountId, BudgetName }));
      expect(await tags()).toEqual([]);
    });
  });

  it("scalable targets keep their tags", async () => {
    const client = new scaling.ApplicationAutoScalingClient(settings());
    const { ScalableTargetARN } = await client.send(
      new scaling.RegisterScalableTargetCommand({
        ServiceNamespace: "dynamodb",
        ResourceId: "table/orders",
        ScalableDimension: "dynamodb:table:ReadCapacityUnits",
        MinCapacity: 1,
        MaxCapacity: 2,
        Tags: { Environment: "prod" },
      }),
    );
    const ResourceARN = ScalableTargetARN ?? "";
    await client.send(new scaling.TagResourceCommand({ ResourceARN, Tags: { Owner: "ops" } }));
    await client.send(new scaling.UntagResourceCommand({ ResourceARN, TagKeys: ["Environment"] }));
    const { Tags } = await client.send(new scaling.ListTagsForResourceCommand({ ResourceARN }));
    expect(Tags).toEqual({ Owner: "ops" });
  });

  it("rules of security groups keep their descriptions, whatever they are about", async () => {
    const client = new ec2.EC2Client(settings());
    const { Vpc } = await client.send(new ec2.CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
    const { GroupId } = await client.send(
      new ec2.CreateSecurityGroupCommand({ GroupName: "app", Description: "app", VpcId: Vpc?.VpcId }),
    );
    const { SecurityGroupRules: [rule] = [] } = await client.send(
      new ec2.AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: [
          {
            IpProtocol: "tcp",
            FromPort: 8080,
            ToPort: 8080,
            UserIdGroupPairs: [{ GroupId, Description: "requests & checks" }],
          },
        ],
      }),
    );
    expect(rule?.Description).toBe("requests & checks");
    const SecurityGroupRuleId = rule?.SecurityGroupRuleId;
    const described = async () => {
      const { SecurityGroupRules = [] } = await client.send(
        new ec2.DescribeSecurityGroupRulesCommand({
          Filters: [{ Name: "group-id", Values: [GroupId ?? ""] }],
        }),
      );
      return SecurityGroupRules.map((each) => [
        each.IsEgress,
        each.ReferencedGroupInfo?.GroupId,
        each.Description,
      ]);
    };
    expect(await described()).toEqual([
      [true, undefined, undefined],
      [false, GroupId, "requests & checks"],
    ]);
    await client.send(
      new ec2.ModifySecurityGroupRulesCommand({
        GroupId,
        SecurityGroupRules: [
          {
            SecurityGroupRuleId,
            SecurityGroupRule: {
              IpProtocol: "tcp",
              FromPort: 8080,
              ToPort: 8080,
              ReferencedGroupId: GroupId,
              Description: "requests",
            },
          },
        ],
      }),
    );
    expect((await described()).at(1)).toEqual([false, GroupId, "requests"]);
    const answers = { GroupId, Description: "answers" };
    const { SecurityGroupRules: [egress] = [] } = await client.send(
      new ec2.AuthorizeSecurityGroupEgressCommand({
        GroupId,
        IpPermissions: [{ IpProtocol: "tcp", FromPort: 5432, ToPort: 5432, UserIdGroupPairs: [answers] }],
      }),
    );
    expect([egress?.IsEgress, egress?.Description]).toEqual([true, "answers"]);
    expect(await described()).toContainEqual([true, GroupId, "answers"]);
  });

  it("a parameter that was set is the user's, and the engine has none of that name", async () => {
    const client = new rds.RDSClient(settings());
    const DBParameterGroupName = "shop";
    await client.send(
      new rds.CreateDBParameterGroupCommand({
        DBParameterGroupName,
        DBParameterGroupFamily: "postgres17",
        Description: "shop",
      }),
    );
    const parameter = {
      ParameterName: "rds.force_ssl",
      ParameterValue: "1",
      ApplyMethod: "pending-reboot",
    } as const;
    await client.send(
      new rds.ModifyDBParameterGroupCommand({ DBParameterGroupName, Parameters: [parameter] }),
    );
    const described = async (Source?: string) =>
      (await client.send(new rds.DescribeDBParametersCommand({ DBParameterGroupName, Source }))).Parameters;
    expect(await described()).toEqual([{ ...parameter, Source: "user", IsModifiable: true }]);
    expect(await described("engine-default")).toEqual([]);
  });

  it("a NAT gateway takes its network interface along", async () => {
    const client = new ec2.EC2Client(settings());
    const { Vpc } = await client.send(new ec2.CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
    const { Subnet } = await client.send(
      new ec2.CreateSubnetCommand({ VpcId: Vpc?.VpcId, CidrBlock: "10.0.0.0/24" }),
    );
    const { AllocationId } = await client.send(new ec2.AllocateAddressCommand({ Domain: "vpc" }));
    const { NatGateway } = await client.send(
      new ec2.CreateNatGatewayCommand({ SubnetId: Subnet?.SubnetId, AllocationId }),
    );
    const interfaces = async () =>
      (await client.send(new ec2.DescribeNetworkInterfacesCommand({}))).NetworkInterfaces?.length;
    expect(await interfaces()).toBe(1);
    await client.send(new ec2.DeleteNatGatewayCommand({ NatGatewayId: NatGateway?.NatGatewayId }));
    expect(await interfaces()).toBe(0);
  });

  it("a bucket whose versioning is suspended can be emptied, version by version", async () => {
    const client = new s3.S3Client({ ...settings(), forcePathStyle: true });
    const Bucket = "suspended";
    const set = (Status: s3.BucketVersioningStatus) =>
      client.send(new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
    const list = async () => {
      const { Versions = [], DeleteMarkers = [] } = await client.send(
        new s3.ListObjectVersionsCommand({ Bucket }),
      );
      return { versions: Versions, markers: DeleteMarkers };
    };
    await client.send(
      new s3.CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    await set("Enabled");
    await client.send(new s3.PutObjectCommand({ Bucket, Key: "state", Body: "1" }));
    await client.send(new s3.PutObjectCommand({ Bucket, Key: "state", Body: "2" }));
    await client.send(new s3.DeleteObjectCommand({ Bucket, Key: "state" }));
    await set("Suspended");

    const { versions, markers } = await list();
    expect([versions.length, markers.length]).toEqual([2, 1]);
    const [first, ...others] = [...markers, ...versions].map(({ Key, VersionId }) => ({ Key, VersionId }));
    await client.send(new s3.DeleteObjectCommand({ Bucket, ...first, Key: "state" }));
    expect((await list()).versions).toHaveLength(2);
    await client.send(new s3.DeleteObjectsCommand({ Bucket, Delete: { Objects: others } }));
    expect(await list()).toEqual({ versions: [], markers: [] });
    expect((await client.send(new s3.GetBucketVersioningCommand({ Bucket }))).Status).toBe("Suspended");
  });
});
