import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target/index.js";
import { Construct } from "constructs";
import type { Names } from "../naming/names.ts";

interface JobFailuresProps {
  readonly names: Names;
  readonly topicArn: string;
}

const JOBS = ["Backup", "Copy", "Restore"];
const FAILED = ["FAILED", "ABORTED", "EXPIRED", "PARTIAL"];

/** Tells people of jobs that AWS Backup gave up; it does so silently itself (T28). */
export class JobFailures extends Construct {
  constructor(scope: Construct, id: string, { names, topicArn }: JobFailuresProps) {
    super(scope, id);
    const rule = new CloudwatchEventRule(this, "rule", {
      name: names.of("backup-job-failures"),
      description: "Backup, copy and restore jobs that did not complete",
      eventPattern: JSON.stringify({
        source: ["aws.backup"],
        "detail-type": JOBS.map((job) => `${job} Job State Change`),
        // Restore jobs call it status.
        $or: [{ detail: { state: FAILED } }, { detail: { status: FAILED } }],
      }),
    });
    new CloudwatchEventTarget(this, "target", { rule: rule.name, targetId: "topic", arn: topicArn });
  }
}
