import { routeTable, type RouteMatch } from "./route.ts";

const backup = routeTable(`
  PUT    /backup/plans                                                                            CreateBackupPlan
  GET    /backup/plans                                                                            ListBackupPlans
  GET    /backup/plans/{backupPlanId}                                                             GetBackupPlan
  POST   /backup/plans/{backupPlanId}                                                             UpdateBackupPlan
  DELETE /backup/plans/{backupPlanId}                                                             DeleteBackupPlan
  GET    /backup/plans/{backupPlanId}/versions                                                    ListBackupPlanVersions
  PUT    /backup/plans/{backupPlanId}/selections                                                  CreateBackupSelection
  GET    /backup/plans/{backupPlanId}/selections                                                  ListBackupSelections
  GET    /backup/plans/{backupPlanId}/selections/{selectionId}                                    GetBackupSelection
  DELETE /backup/plans/{backupPlanId}/selections/{selectionId}                                    DeleteBackupSelection
  GET    /backup-vaults                                                                           ListBackupVaults
  PUT    /backup-vaults/{backupVaultName}                                                         CreateBackupVault
  GET    /backup-vaults/{backupVaultName}                                                         DescribeBackupVault
  DELETE /backup-vaults/{backupVaultName}                                                         DeleteBackupVault
  PUT    /backup-vaults/{backupVaultName}/access-policy                                           PutBackupVaultAccessPolicy
  GET    /backup-vaults/{backupVaultName}/access-policy                                           GetBackupVaultAccessPolicy
  DELETE /backup-vaults/{backupVaultName}/access-policy                                           DeleteBackupVaultAccessPolicy
  PUT    /backup-vaults/{backupVaultName}/vault-lock                                              PutBackupVaultLockConfiguration
  DELETE /backup-vaults/{backupVaultName}/vault-lock                                              DeleteBackupVaultLockConfiguration
  PUT    /backup-vaults/{backupVaultName}/notification-configuration                              PutBackupVaultNotifications
  GET    /backup-vaults/{backupVaultName}/notification-configuration                              GetBackupVaultNotifications
  DELETE /backup-vaults/{backupVaultName}/notification-configuration                              DeleteBackupVaultNotifications
  GET    /backup-vaults/{backupVaultName}/recovery-points                                         ListRecoveryPointsByBackupVault
  GET    /backup-vaults/{backupVaultName}/recovery-points/{recoveryPointArn}                      DescribeRecoveryPoint
  POST   /backup-vaults/{backupVaultName}/recovery-points/{recoveryPointArn}                      UpdateRecoveryPointLifecycle
  DELETE /backup-vaults/{backupVaultName}/recovery-points/{recoveryPointArn}                      DeleteRecoveryPoint
  GET    /backup-vaults/{backupVaultName}/recovery-points/{recoveryPointArn}/restore-metadata     GetRecoveryPointRestoreMetadata
  GET    /resources/{resourceArn}/recovery-points                                                 ListRecoveryPointsByResource
  GET    /resources/{resourceArn}                                                                 DescribeProtectedResource
  GET    /resources                                                                               ListProtectedResources
  PUT    /backup-jobs                                                                             StartBackupJob
  GET    /backup-jobs                                                                             ListBackupJobs
  GET    /backup-jobs/{backupJobId}                                                               DescribeBackupJob
  POST   /backup-jobs/{backupJobId}                                                               StopBackupJob
  PUT    /copy-jobs                                                                               StartCopyJob
  GET    /copy-jobs                                                                               ListCopyJobs
  GET    /copy-jobs/{copyJobId}                                                                   DescribeCopyJob
  PUT    /restore-jobs                                                                            StartRestoreJob
  GET    /restore-jobs                                                                            ListRestoreJobs
  GET    /restore-jobs/{restoreJobId}                                                             DescribeRestoreJob
  GET    /restore-jobs/{restoreJobId}/metadata                                                    GetRestoreJobMetadata
  PUT    /restore-jobs/{restoreJobId}/validations                                                 PutRestoreValidationResult
  PUT    /restore-testing/plans                                                                   CreateRestoreTestingPlan
  GET    /restore-testing/plans                                                                   ListRestoreTestingPlans
  GET    /restore-testing/plans/{restoreTestingPlanName}                                          GetRestoreTestingPlan
  PUT    /restore-testing/plans/{restoreTestingPlanName}                                          UpdateRestoreTestingPlan
  DELETE /restore-testing/plans/{restoreTestingPlanName}                                          DeleteRestoreTestingPlan
  PUT    /restore-testing/plans/{restoreTestingPlanName}/selections                               CreateRestoreTestingSelection
  GET    /restore-testing/plans/{restoreTestingPlanName}/selections                               ListRestoreTestingSelections
  GET    /restore-testing/plans/{restoreTestingPlanName}/selections/{restoreTestingSelectionName} GetRestoreTestingSelection
  PUT    /restore-testing/plans/{restoreTestingPlanName}/selections/{restoreTestingSelectionName} UpdateRestoreTestingSelection
  DELETE /restore-testing/plans/{restoreTestingPlanName}/selections/{restoreTestingSelectionName} DeleteRestoreTestingSelection
  GET    /account-settings                                                                        DescribeRegionSettings
  PUT    /account-settings                                                                        UpdateRegionSettings
  GET    /global-settings                                                                         DescribeGlobalSettings
  PUT    /global-settings                                                                         UpdateGlobalSettings
  GET    /tags/{resourceArn}                                                                      ListTags
  POST   /tags/{resourceArn}                                                                      TagResource
  POST   /untag/{resourceArn}                                                                     UntagResource
`);

const route53 = routeTable(`
  POST   /2013-04-01/hostedzone                                 CreateHostedZone
  GET    /2013-04-01/hostedzone                                 ListHostedZones
  GET    /2013-04-01/hostedzonesbyname                          ListHostedZonesByName
  GET    /2013-04-01/hostedzone/{hostedZoneId}                  GetHostedZone
  DELETE /2013-04-01/hostedzone/{hostedZoneId}                  DeleteHostedZone
  POST   /2013-04-01/hostedzone/{hostedZoneId}/rrset            ChangeResourceRecordSets
  GET    /2013-04-01/hostedzone/{hostedZoneId}/rrset            ListResourceRecordSets
  GET    /2013-04-01/hostedzone/{hostedZoneId}/dnssec           GetDNSSEC
  GET    /2013-04-01/change/{changeId}                          GetChange
  POST   /2013-04-01/healthcheck                                CreateHealthCheck
  GET    /2013-04-01/healthcheck                                ListHealthChecks
  GET    /2013-04-01/healthcheck/{healthCheckId}                GetHealthCheck
  POST   /2013-04-01/healthcheck/{healthCheckId}                UpdateHealthCheck
  DELETE /2013-04-01/healthcheck/{healthCheckId}                DeleteHealthCheck
  GET    /2013-04-01/healthcheck/{healthCheckId}/status         GetHealthCheckStatus
  GET    /2013-04-01/healthcheck/{healthCheckId}/lastfailurereason GetHealthCheckLastFailureReason
  GET    /2013-04-01/tags/{resourceType}/{resourceId}           ListTagsForResource
  POST   /2013-04-01/tags/{resourceType}/{resourceId}           ChangeTagsForResource
  GET    /2013-04-01/testdnsanswer                              TestDNSAnswer
`);

const eks = routeTable(`
  POST   /clusters                                              CreateCluster
  GET    /clusters                                              ListClusters
  GET    /clusters/{clusterName}                                DescribeCluster
  DELETE /clusters/{clusterName}                                DeleteCluster
  POST   /clusters/{clusterName}/update-config                  UpdateClusterConfig
  POST   /clusters/{clusterName}/updates                        UpdateClusterVersion
  GET    /clusters/{clusterName}/updates/{updateId}             DescribeUpdate
  POST   /clusters/{clusterName}/node-groups                    CreateNodegroup
  GET    /clusters/{clusterName}/node-groups                    ListNodegroups
  GET    /clusters/{clusterName}/node-groups/{nodegroupName}    DescribeNodegroup
  DELETE /clusters/{clusterName}/node-groups/{nodegroupName}    DeleteNodegroup
  POST   /clusters/{clusterName}/node-groups/{nodegroupName}/update-config UpdateNodegroupConfig
  POST   /clusters/{clusterName}/node-groups/{nodegroupName}/update-version UpdateNodegroupVersion
  POST   /clusters/{clusterName}/addons                         CreateAddon
  GET    /clusters/{clusterName}/addons                         ListAddons
  GET    /clusters/{clusterName}/addons/{addonName}             DescribeAddon
  DELETE /clusters/{clusterName}/addons/{addonName}             DeleteAddon
  POST   /clusters/{clusterName}/addons/{addonName}/update      UpdateAddon
  POST   /clusters/{clusterName}/access-entries                 CreateAccessEntry
  GET    /clusters/{clusterName}/access-entries                 ListAccessEntries
  GET    /clusters/{clusterName}/access-entries/{principalArn}  DescribeAccessEntry
  POST   /clusters/{clusterName}/access-entries/{principalArn}  UpdateAccessEntry
  DELETE /clusters/{clusterName}/access-entries/{principalArn}  DeleteAccessEntry
  POST   /clusters/{clusterName}/access-entries/{principalArn}/access-policies AssociateAccessPolicy
  GET    /clusters/{clusterName}/access-entries/{principalArn}/access-policies ListAssociatedAccessPolicies
  DELETE /clusters/{clusterName}/access-entries/{principalArn}/access-policies/{policyArn} DisassociateAccessPolicy
  POST   /clusters/{clusterName}/pod-identity-associations      CreatePodIdentityAssociation
  GET    /clusters/{clusterName}/pod-identity-associations      ListPodIdentityAssociations
  GET    /clusters/{clusterName}/pod-identity-associations/{associationId} DescribePodIdentityAssociation
  POST   /clusters/{clusterName}/pod-identity-associations/{associationId} UpdatePodIdentityAssociation
  DELETE /clusters/{clusterName}/pod-identity-associations/{associationId} DeletePodIdentityAssociation
  GET    /tags/{resourceArn+}                                   ListTagsForResource
  POST   /tags/{resourceArn+}                                   TagResource
  DELETE /tags/{resourceArn+}                                   UntagResource
`);

const s3Control = routeTable(`
  GET    /v20180820/configuration/publicAccessBlock             GetPublicAccessBlock
  PUT    /v20180820/configuration/publicAccessBlock             PutPublicAccessBlock
  DELETE /v20180820/configuration/publicAccessBlock             DeletePublicAccessBlock
  GET    /v20180820/tags/{resourceArn+}                         ListTagsForResource
  POST   /v20180820/tags/{resourceArn+}                         TagResource
`);

const tables: Readonly<Record<string, (method: string, path: string) => RouteMatch | undefined>> = {
  backup,
  route53,
  eks,
  "s3-control": s3Control,
};

/** Names the operation of a service with a REST API other than S3. */
export const restRoute = (service: string, method: string, path: string): RouteMatch | undefined =>
  tables[service]?.(method, path);
