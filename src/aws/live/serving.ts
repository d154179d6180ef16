import type { RegionalAws } from "../port.ts";
import type { CertificateDetail, Sdk } from "../sdk.ts";
import type { Certificate, Image, RunningImage } from "../serving.ts";
import { allOf, ask } from "./ask.ts";

type Questions = Pick<
  RegionalAws,
  | "image"
  | "taggedImages"
  | "replicationRules"
  | "service"
  | "certificate"
  | "loadBalancer"
  | "targets"
  | "subscriptions"
>;

/** What stands between the images and the users. */
export function servingQuestions(sdk: Sdk): Questions {
  const { region } = sdk;
  return {
    async image(repository, reference) {
      const id = "tag" in reference ? { imageTag: reference.tag } : { imageDigest: reference.digest };
      const found = await ask(
        "ecr:DescribeImages",
        region,
        async () => {
          try {
            return await sdk.describeImages(repository, id);
          } catch (error) {
            if (isNamed(error, "RepositoryNotFoundException")) return "no repository";
            throw error;
          }
        },
        ["ImageNotFoundException"],
      );
      if (found === undefined || found === "no repository") return found;
      const [detail] = found.imageDetails ?? [];
      return detail && imageOf(detail);
    },
    async taggedImages(repository) {
      const details = await ask(
        "ecr:DescribeImages",
        region,
        () =>
          allOf(
            (token) => sdk.taggedImages(repository, token),
            ({ imageDetails }) => imageDetails,
            ({ nextToken }) => nextToken,
          ),
        ["RepositoryNotFoundException"],
      );
      return (details ?? []).map(imageOf);
    },
    async replicationRules() {
      const { replicationConfiguration } = await ask("ecr:DescribeRegistry", region, () =>
        sdk.describeRegistry(),
      );
      return (replicationConfiguration?.rules ?? []).map(({ repositoryFilters = [], destinations = [] }) => ({
        prefixes: repositoryFilters.map(({ filter = "" }) => filter),
        destinations: destinations.map((one) => ({
          region: one.region ?? "",
          accountId: one.registryId ?? "",
        })),
      }));
    },
    async service(cluster, name) {
      const found = await ask("ecs:DescribeServices", region, () => sdk.describeService(cluster, name), [
        "ClusterNotFoundException",
      ]);
      const service = found?.services?.find(({ status }) => status !== "INACTIVE");
      if (service === undefined) return undefined;
      return {
        status: service.status ?? "",
        desiredCount: service.desiredCount ?? 0,
        runningCount: service.runningCount ?? 0,
        images: await runningImages(sdk, cluster, name),
      };
    },
    async certificate(arn) {
      const found = await ask("acm:DescribeCertificate", region, () => sdk.describeCertificate(arn), [
        "ResourceNotFoundException",
      ]);
      return found?.Certificate && certificateOf(found.Certificate);
    },
    async loadBalancer(name) {
      const action = "elasticloadbalancing:DescribeLoadBalancers";
      const found = await ask(action, region, () => sdk.describeLoadBalancer(name), [
        "LoadBalancerNotFoundException",
        "LoadBalancerNotFound",
      ]);
      const [one] = found?.LoadBalancers ?? [];
      const arn = one?.LoadBalancerArn;
      if (one === undefined || arn === undefined) return undefined;
      const { Listeners = [] } = await ask("elasticloadbalancing:DescribeListeners", region, () =>
        sdk.describeListeners(arn),
      );
      return {
        arn,
        state: one.State?.Code ?? "",
        dnsName: one.DNSName ?? "",
        zoneId: one.CanonicalHostedZoneId ?? "",
        vpcId: one.VpcId ?? "",
        securityGroupIds: one.SecurityGroups ?? [],
        listenerPorts: Listeners.flatMap(({ Port }) => (Port === undefined ? [] : [Port])),
      };
    },
    async targets(loadBalancerArn) {
      const { TargetGroups = [] } = await ask("elasticloadbalancing:DescribeTargetGroups", region, () =>
        sdk.describeTargetGroups(loadBalancerArn),
      );
      const health = await Promise.all(
        TargetGroups.map(({ TargetGroupArn = "" }) =>
          ask("elasticloadbalancing:DescribeTargetHealth", region, () =>
            sdk.describeTargetHealth(TargetGroupArn),
          ),
        ),
      );
      return health
        .flatMap(({ TargetHealthDescriptions = [] }) => TargetHealthDescriptions)
        .map(({ Target, TargetHealth }) => ({
          id: Target?.Id ?? "",
          state: TargetHealth?.State ?? "",
          reason: TargetHealth?.Description ?? TargetHealth?.Reason,
        }));
    },
    async subscriptions(topicArn) {
      const found = await ask(
        "sns:ListSubscriptionsByTopic",
        region,
        () =>
          allOf(
            (token) => sdk.listSubscriptions(topicArn, token),
            (page) => page.Subscriptions,
            (page) => page.NextToken,
          ),
        ["NotFoundException", "NotFound"],
      );
      return found?.map(({ Protocol = "", Endpoint = "", SubscriptionArn = "" }) => ({
        protocol: Protocol,
        endpoint: Endpoint,
        // Until someone confirms, and after an unsubscription, a word stands in the ARN's place.
        confirmed: SubscriptionArn.startsWith("arn:"),
      }));
    },
  };
}

async function runningImages(sdk: Sdk, cluster: string, service: string): Promise<RunningImage[]> {
  const { region } = sdk;
  const { taskArns = [] } = await ask("ecs:ListTasks", region, () => sdk.listTasks(cluster, service));
  if (taskArns.length === 0) return [];
  const { tasks = [] } = await ask("ecs:DescribeTasks", region, () => sdk.describeTasks(cluster, taskArns));
  return tasks
    .flatMap(({ containers = [] }) => containers)
    .map(({ name = "", image = "", imageDigest }) => ({ container: name, image, digest: imageDigest }));
}

function certificateOf(one: CertificateDetail): Certificate {
  const { RenewalSummary, RenewalEligibility } = one;
  const status = RenewalSummary?.RenewalStatus;
  const names = [one.DomainName ?? "", ...(one.SubjectAlternativeNames ?? [])];
  return {
    status: one.Status ?? "",
    names: [...new Set(names.filter((name) => name !== ""))],
    expiresAt: one.NotAfter,
    renewable: RenewalEligibility === undefined ? undefined : RenewalEligibility === "ELIGIBLE",
    renewalProblem:
      status === undefined || status === "SUCCESS"
        ? undefined
        : [status, RenewalSummary?.RenewalStatusReason].filter((part) => part !== undefined).join(": "),
  };
}

const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;

const imageOf = ({
  imageDigest = "",
  imageTags = [],
  imagePushedAt,
}: {
  readonly imageDigest?: string | undefined;
  readonly imageTags?: readonly string[] | undefined;
  readonly imagePushedAt?: Date | undefined;
}): Image => ({ digest: imageDigest, tags: imageTags, pushedAt: imagePushedAt });
