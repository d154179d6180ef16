import { show } from "../config/show.ts";
import { isCustomerKey } from "./customer-keys.ts";
import { everyResource } from "./every-resource.ts";

/** Logs hold what requests held; without an end they also cost more every month. */
export const encryptedLogs = everyResource({
  name: "encrypted-logs",
  summary: "every log group has a customer key and a retention",
  type: "aws_cloudwatch_log_group",
  holds: ({ body }, { template }) =>
    isCustomerKey(body["kms_key_id"], template) && Number(body["retention_in_days"] ?? 0) > 0,
  otherwise: ({ address, body }) => ({
    key: "",
    message: `${address} lacks a customer key or an end, got kms_key_id ${show(body["kms_key_id"])} and retention_in_days ${show(body["retention_in_days"])}; give it both`,
  }),
});
