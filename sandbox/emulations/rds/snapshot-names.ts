/**
 * RDS names the snapshots of AWS Backup `awsbackup:job-<id>` and `awsbackup:copyjob-<id>`. moto refuses the colon, so
 * that it knows them with a hyphen there. Nobody else can take such a name: RDS reserves the prefix.
 */
const JOB = "((?:copy)?job-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})";
const AS_AWS = new RegExp(`awsbackup:${JOB}`, "g");
const AS_MOTO = new RegExp(`awsbackup-${JOB}`, "g");

export const toMotoName = (text: string): string => text.replaceAll(AS_AWS, "awsbackup-$1");
export const toAwsName = (text: string): string => text.replaceAll(AS_MOTO, "awsbackup:$1");

export const isBackupSnapshot = (name: string): boolean => toAwsName(name).startsWith("awsbackup:");
