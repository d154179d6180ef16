import type { BackupContext } from "./state.ts";

/**
 * Counts one job in CloudWatch, by vault and by type. Not by both: moto adds up every metric that has the dimensions
 * asked for among its own, so that jobs would count twice.
 */
export async function putMetric(
  context: BackupContext,
  region: string,
  name: string,
  vaultName: string,
): Promise<void> {
  const vault = { Name: "BackupVaultName", Value: vaultName };
  const type = { Name: "ResourceType", Value: "RDS" };
  const data = [[vault], [type]].map((dimensions) => ({
    MetricName: name,
    Value: "1",
    Unit: "Count",
    Timestamp: context.now().toISOString(),
    dimensions,
  }));
  const form = new URLSearchParams({
    Action: "PutMetricData",
    Version: "2010-08-01",
    Namespace: "AWS/Backup",
  });
  data.forEach(({ dimensions, ...datum }, index) => {
    const prefix = `MetricData.member.${index + 1}`;
    Object.entries(datum).forEach(([key, value]) => form.set(`${prefix}.${key}`, value));
    dimensions.forEach((dimension, place) => {
      form.set(`${prefix}.Dimensions.member.${place + 1}.Name`, dimension.Name);
      form.set(`${prefix}.Dimensions.member.${place + 1}.Value`, dimension.Value);
    });
  });
  const reply = await context.world.moto.request({
    service: "monitoring",
    region,
    method: "POST",
    path: "/",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: form.toString(),
  });
  if (reply.status >= 300) {
    context.world.note(`metric ${name} was not recorded: CloudWatch answered ${reply.status}`);
  }
}
