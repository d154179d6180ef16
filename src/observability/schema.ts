import { z } from "zod";
import { arn, email, section } from "../config/fields.ts";

const percent = () => z.int().min(1).max(100);

const alarms = z.enum(["all", "data", "none"]);
type Alarms = z.output<typeof alarms>;

const observability = (defaults: { readonly alarms: Alarms; readonly dashboard: boolean }) =>
  section({
    alarms: alarms
      .default(defaults.alarms)
      .describe("what is watched: everything, the data only, or nothing"),
    alarmEmails: z
      .array(email())
      .default([])
      .describe("addresses that receive alarms; each must confirm once"),
    dashboard: z
      .boolean()
      .default(defaults.dashboard)
      .describe("one CloudWatch dashboard for the environment"),
    thresholds: section({
      serverErrorsPerMinute: z.int().min(1).default(10).describe("answers with status 5xx per minute"),
      latencyP95Milliseconds: z.int().min(1).default(1000).describe("95th percentile of the answer time"),
      serviceCpuPercent: percent().default(85).describe("mean CPU use of the service"),
      serviceMemoryPercent: percent().default(85).describe("mean memory use of the service"),
      databaseCpuPercent: percent().default(80).describe("mean CPU use of the database"),
      databaseFreeStoragePercent: percent().default(15).describe("free share of the allocated storage"),
      databaseConnections: z.int().min(1).default(80).describe("open connections"),
    })
      .prefault({})
      .describe("when an alarm goes off"),
  }).describe("alarms, notifications and dashboard");

/** Alarms, their topic, and the dashboard. */
export const observabilitySchema = observability({ alarms: "all", dashboard: true });
/** The minimal set of a standby, and who else hears of its recovery. */
export const standbyObservabilitySchema = observability({ alarms: "data", dashboard: false })
  .extend({
    webhookSecretArn: arn(
      "secretsmanager",
      /^secret:[\w/+=.@-]+$/,
      "arn:aws:secretsmanager:eu-central-1:111122223333:secret:recovery-webhook-AbCdEf",
    )
      .optional()
      .describe(
        "secret in the standby's region whose text is the https address that a recovery posts its progress to, beside the topic of the alarms; the address itself, which often holds a token, stands in no file",
      ),
  })
  .describe("alarms, notifications and dashboard");

/** Validated observability settings. */
export type ObservabilityConfig = z.output<typeof observabilitySchema>;
