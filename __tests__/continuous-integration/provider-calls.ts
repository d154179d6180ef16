/** What the AWS provider calls to create, read, change and delete a resource, and what it calls it on. */
interface ProviderCalls {
  /** ARN without partition: `PREFIX` is `<project>-<environment>`, `PATH` the same with a slash. */
  readonly resource: string;
  /** Actions without their service; each on the resource, or on `*` where IAM knows no resource for it. */
  readonly actions: string;
  readonly service: string;
  /** Refused on purpose: a deployment does not delete what a recovery needs. */
  readonly kept?: string;
}

const ec2 = (resource: string, actions: string): ProviderCalls => ({
  service: "ec2",
  resource: `ec2:REGION:ACCOUNT:${resource}`,
  actions: `${actions} CreateTags DeleteTags`,
});
const rds = (resource: string, actions: string): ProviderCalls => ({
  service: "rds",
  resource: `rds:REGION:ACCOUNT:${resource}`,
  actions: `${actions} AddTagsToResource RemoveTagsFromResource ListTagsForResource`,
});
const s3 = (actions: string): ProviderCalls => ({ service: "s3", resource: "s3:::PREFIX-access-1", actions });
const vault = (actions: string, kept?: string): ProviderCalls => ({
  service: "backup",
  resource: "backup:REGION:ACCOUNT:backup-vault:PREFIX-backup",
  actions,
  ...(kept !== undefined && { kept }),
});
const elb = (resource: string, actions: string): ProviderCalls => ({
  service: "elasticloadbalancing",
  resource: `elasticloadbalancing:REGION:ACCOUNT:${resource}`,
  actions,
});
const rules =
  "AuthorizeSecurityGroupIngress RevokeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupEgress";
const GROUP = "security-group/sg-1";
const SERVICE = "ecs:REGION:ACCOUNT:service/PREFIX/PREFIX-app";
const scaling: ProviderCalls = {
  service: "application-autoscaling",
  resource: "application-autoscaling:REGION:ACCOUNT:scalable-target/0123456789abcdef",
  actions:
    "RegisterScalableTarget DeregisterScalableTarget PutScalingPolicy DeleteScalingPolicy DescribeScalableTargets DescribeScalingPolicies ListTagsForResource TagResource",
};
const group: ProviderCalls = {
  service: "autoscaling",
  resource: "autoscaling:REGION:ACCOUNT:autoScalingGroup:1a2b:autoScalingGroupName/PREFIX-nodes",
  actions:
    "CreateAutoScalingGroup UpdateAutoScalingGroup DeleteAutoScalingGroup DescribeAutoScalingGroups PutScalingPolicy DeletePolicy AttachLoadBalancerTargetGroups DetachLoadBalancerTargetGroups CreateOrUpdateTags",
};

/**
 * By resource type. Taken from the provider's sources (internal/service/*): no log of calls to AWS itself exists, and the sandbox's
 * gateway does not ask IAM. `backup:TagResource` and `backup:ListTags` are not asked: the simulator can't tell its resource types apart.
 */
export const PROVIDER_CALLS: Readonly<Record<string, ProviderCalls>> = {
  aws_appautoscaling_policy: scaling,
  aws_appautoscaling_target: scaling,
  aws_autoscaling_attachment: group,
  aws_autoscaling_group: group,
  aws_autoscaling_policy: group,
  aws_backup_plan: {
    service: "backup",
    resource: "backup:REGION:ACCOUNT:backup-plan:1a2b",
    actions: "CreateBackupPlan GetBackupPlan UpdateBackupPlan DeleteBackupPlan",
  },
  aws_backup_restore_testing_plan: {
    service: "backup",
    resource: "backup:REGION:ACCOUNT:restore-testing-plan:plan-1",
    actions:
      "CreateRestoreTestingPlan GetRestoreTestingPlan UpdateRestoreTestingPlan DeleteRestoreTestingPlan",
  },
  aws_backup_restore_testing_selection: {
    service: "backup",
    resource: "backup:REGION:ACCOUNT:restore-testing-plan:plan-1",
    actions: "CreateRestoreTestingSelection GetRestoreTestingSelection DeleteRestoreTestingSelection",
  },
  aws_backup_selection: {
    service: "backup",
    resource: "backup:REGION:ACCOUNT:backup-plan:1a2b",
    actions: "CreateBackupSelection GetBackupSelection DeleteBackupSelection",
  },
  aws_backup_vault: vault("CreateBackupVault DescribeBackupVault", "DeleteBackupVault"),
  aws_backup_vault_lock_configuration: vault(
    "PutBackupVaultLockConfiguration",
    "DeleteBackupVaultLockConfiguration",
  ),
  aws_backup_vault_policy: vault(
    "PutBackupVaultAccessPolicy GetBackupVaultAccessPolicy",
    "DeleteBackupVaultAccessPolicy",
  ),
  aws_budgets_budget: {
    service: "budgets",
    resource: "budgets::ACCOUNT:budget/PREFIX-monthly",
    actions: "ViewBudget ModifyBudget TagResource ListTagsForResource",
  },
  aws_cloudwatch_dashboard: {
    service: "cloudwatch",
    resource: "cloudwatch::ACCOUNT:dashboard/PREFIX",
    actions: "PutDashboard GetDashboard DeleteDashboards",
  },
  aws_cloudwatch_event_rule: {
    service: "events",
    resource: "events:REGION:ACCOUNT:rule/PREFIX-rule",
    actions: "PutRule DescribeRule DeleteRule TagResource ListTagsForResource",
  },
  aws_cloudwatch_event_target: {
    service: "events",
    resource: "events:REGION:ACCOUNT:rule/PREFIX-rule",
    actions: "PutTargets ListTargetsByRule RemoveTargets",
  },
  aws_cloudwatch_log_group: {
    service: "logs",
    resource: "logs:REGION:ACCOUNT:log-group:/PATH/app",
    actions:
      "CreateLogGroup DescribeLogGroups PutRetentionPolicy AssociateKmsKey DeleteLogGroup TagResource ListTagsForResource",
  },
  aws_cloudwatch_metric_alarm: {
    service: "cloudwatch",
    resource: "cloudwatch:REGION:ACCOUNT:alarm:PREFIX-cpu",
    actions: "PutMetricAlarm DescribeAlarms DeleteAlarms TagResource ListTagsForResource",
  },
  aws_db_instance: rds(
    "db:PREFIX-database",
    "CreateDBInstance DescribeDBInstances ModifyDBInstance DeleteDBInstance",
  ),
  aws_db_instance_automated_backups_replication: rds(
    "db:PREFIX-database",
    "StartDBInstanceAutomatedBackupsReplication StopDBInstanceAutomatedBackupsReplication",
  ),
  aws_db_parameter_group: rds(
    "pg:PREFIX-database",
    "CreateDBParameterGroup DescribeDBParameters ModifyDBParameterGroup DeleteDBParameterGroup",
  ),
  aws_db_subnet_group: rds(
    "subgrp:PREFIX-database",
    "CreateDBSubnetGroup DescribeDBSubnetGroups DeleteDBSubnetGroup",
  ),
  aws_default_security_group: ec2(GROUP, `DescribeSecurityGroups ${rules}`),
  aws_ecr_lifecycle_policy: {
    service: "ecr",
    resource: "ecr:REGION:ACCOUNT:repository/PREFIX",
    actions: "PutLifecyclePolicy GetLifecyclePolicy DeleteLifecyclePolicy",
  },
  aws_ecr_replication_configuration: {
    service: "ecr",
    resource: "*",
    actions: "PutReplicationConfiguration DescribeRegistry",
  },
  aws_ecr_repository: {
    service: "ecr",
    resource: "ecr:REGION:ACCOUNT:repository/PREFIX",
    actions:
      "CreateRepository DescribeRepositories PutImageTagMutability DeleteRepository TagResource ListTagsForResource",
  },
  aws_ecs_capacity_provider: {
    service: "ecs",
    resource: "ecs:REGION:ACCOUNT:capacity-provider/PREFIX",
    actions: "CreateCapacityProvider DescribeCapacityProviders UpdateCapacityProvider DeleteCapacityProvider",
  },
  aws_ecs_cluster: {
    service: "ecs",
    resource: "ecs:REGION:ACCOUNT:cluster/PREFIX",
    actions: "CreateCluster DescribeClusters UpdateCluster DeleteCluster TagResource",
  },
  aws_ecs_cluster_capacity_providers: {
    service: "ecs",
    resource: "ecs:REGION:ACCOUNT:cluster/PREFIX",
    actions: "PutClusterCapacityProviders DescribeClusters",
  },
  aws_ecs_service: {
    service: "ecs",
    resource: SERVICE,
    actions: "CreateService DescribeServices UpdateService DeleteService TagResource",
  },
  aws_ecs_task_definition: {
    service: "ecs",
    resource: "ecs:REGION:ACCOUNT:task-definition/PREFIX:1",
    actions: "RegisterTaskDefinition DescribeTaskDefinition DeregisterTaskDefinition TagResource",
  },
  aws_eip: ec2("elastic-ip/eipalloc-1", "AllocateAddress DescribeAddresses ReleaseAddress"),
  aws_eks_access_entry: {
    service: "eks",
    resource: "eks:REGION:ACCOUNT:cluster/PREFIX",
    actions: "CreateAccessEntry",
  },
  aws_eks_access_policy_association: {
    service: "eks",
    resource: "eks:REGION:ACCOUNT:access-entry/PREFIX/role/ACCOUNT/admin/1a2b",
    actions: "AssociateAccessPolicy DisassociateAccessPolicy DescribeAccessEntry DeleteAccessEntry",
  },
  aws_eks_addon: {
    service: "eks",
    resource: "eks:REGION:ACCOUNT:cluster/PREFIX",
    actions: "CreateAddon",
  },
  aws_eks_cluster: {
    service: "eks",
    resource: "eks:REGION:ACCOUNT:cluster/PREFIX",
    actions:
      "CreateCluster DescribeCluster UpdateClusterConfig UpdateClusterVersion DeleteCluster TagResource",
  },
  aws_eks_node_group: {
    service: "eks",
    resource: "eks:REGION:ACCOUNT:nodegroup/PREFIX/nodes/1a2b",
    actions: "DescribeNodegroup UpdateNodegroupConfig UpdateNodegroupVersion DeleteNodegroup",
  },
  aws_eks_pod_identity_association: {
    service: "eks",
    resource: "eks:REGION:ACCOUNT:podidentityassociation/PREFIX/a-1",
    actions: "DescribePodIdentityAssociation UpdatePodIdentityAssociation DeletePodIdentityAssociation",
  },
  aws_flow_log: ec2("vpc-flow-log/fl-1", "CreateFlowLogs DescribeFlowLogs DeleteFlowLogs"),
  aws_internet_gateway: ec2(
    "internet-gateway/igw-1",
    "CreateInternetGateway DescribeInternetGateways AttachInternetGateway DetachInternetGateway DeleteInternetGateway",
  ),
  aws_kms_alias: {
    service: "kms",
    resource: "kms:REGION:ACCOUNT:alias/PREFIX-data",
    actions: "CreateAlias ListAliases",
    kept: "DeleteAlias",
  },
  aws_kms_key: { service: "kms", resource: "*", actions: "CreateKey ListKeys" },
  aws_launch_template: ec2(
    "launch-template/lt-1",
    "CreateLaunchTemplate DescribeLaunchTemplates CreateLaunchTemplateVersion ModifyLaunchTemplate DeleteLaunchTemplate",
  ),
  aws_lb: elb(
    "loadbalancer/app/PREFIX-alb/1a2b",
    "CreateLoadBalancer DescribeLoadBalancers ModifyLoadBalancerAttributes SetSecurityGroups SetSubnets DeleteLoadBalancer AddTags RemoveTags",
  ),
  aws_lb_listener: elb(
    "listener/app/PREFIX-alb/1a2b/3c4d",
    "DescribeListeners ModifyListener DeleteListener",
  ),
  aws_lb_target_group: elb(
    "targetgroup/PREFIX-app/1a2b",
    "CreateTargetGroup DescribeTargetGroups ModifyTargetGroup ModifyTargetGroupAttributes DeleteTargetGroup",
  ),
  aws_nat_gateway: ec2("natgateway/nat-1", "CreateNatGateway DescribeNatGateways DeleteNatGateway"),
  aws_route: ec2("route-table/rtb-1", "CreateRoute ReplaceRoute DeleteRoute DescribeRouteTables"),
  aws_route53_health_check: {
    service: "route53",
    resource: "route53:::healthcheck/1a2b",
    actions: "CreateHealthCheck GetHealthCheck UpdateHealthCheck DeleteHealthCheck ChangeTagsForResource",
  },
  aws_route53_record: {
    service: "route53",
    resource: "route53:::hostedzone/ZONE",
    actions: "ChangeResourceRecordSets ListResourceRecordSets GetHostedZone",
  },
  aws_route_table: ec2("route-table/rtb-1", "CreateRouteTable DescribeRouteTables DeleteRouteTable"),
  aws_route_table_association: ec2("route-table/rtb-1", "AssociateRouteTable DisassociateRouteTable"),
  aws_s3_bucket: s3("CreateBucket ListBucket DeleteBucket PutBucketTagging GetBucketTagging"),
  aws_s3_bucket_lifecycle_configuration: s3("PutLifecycleConfiguration GetLifecycleConfiguration"),
  aws_s3_bucket_notification: s3("PutBucketNotification GetBucketNotification"),
  aws_s3_bucket_ownership_controls: s3("PutBucketOwnershipControls GetBucketOwnershipControls"),
  aws_s3_bucket_policy: s3("PutBucketPolicy GetBucketPolicy DeleteBucketPolicy"),
  aws_s3_bucket_public_access_block: s3("PutBucketPublicAccessBlock GetBucketPublicAccessBlock"),
  aws_s3_bucket_replication_configuration: s3("PutReplicationConfiguration GetReplicationConfiguration"),
  aws_s3_bucket_server_side_encryption_configuration: s3(
    "PutEncryptionConfiguration GetEncryptionConfiguration",
  ),
  aws_s3_bucket_versioning: s3("PutBucketVersioning GetBucketVersioning"),
  aws_s3_object: {
    service: "s3",
    resource: "s3:::PREFIX-k3s-1/service.yaml",
    actions: "PutObject GetObject DeleteObject",
  },
  aws_security_group: ec2(GROUP, `CreateSecurityGroup DescribeSecurityGroups DeleteSecurityGroup ${rules}`),
  aws_sns_topic: {
    service: "sns",
    resource: "sns:REGION:ACCOUNT:PREFIX-alerts",
    actions: "CreateTopic GetTopicAttributes SetTopicAttributes DeleteTopic TagResource ListTagsForResource",
  },
  aws_sns_topic_policy: {
    service: "sns",
    resource: "sns:REGION:ACCOUNT:PREFIX-alerts",
    actions: "SetTopicAttributes",
  },
  aws_sns_topic_subscription: {
    service: "sns",
    resource: "sns:REGION:ACCOUNT:PREFIX-alerts",
    actions: "Subscribe",
  },
  aws_ssm_parameter: {
    service: "ssm",
    resource: "ssm:REGION:ACCOUNT:parameter/PATH/database",
    actions:
      "PutParameter GetParameter DescribeParameters DeleteParameter AddTagsToResource ListTagsForResource",
  },
  aws_subnet: ec2("subnet/subnet-1", "CreateSubnet DescribeSubnets ModifySubnetAttribute DeleteSubnet"),
  aws_vpc: ec2("vpc/vpc-1", "CreateVpc DescribeVpcs ModifyVpcAttribute DeleteVpc"),
  aws_vpc_endpoint: ec2(
    "vpc-endpoint/vpce-1",
    "CreateVpcEndpoint DescribeVpcEndpoints ModifyVpcEndpoint DeleteVpcEndpoints",
  ),
  aws_vpc_security_group_egress_rule: ec2(GROUP, rules),
  aws_vpc_security_group_ingress_rule: ec2(GROUP, rules),
};
