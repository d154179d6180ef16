import { expect, it } from "vitest";
import { hardenedInstances } from "../../src/guardrails/hardened-instances.ts";
import { EC2 } from "../compute/ecs/ec2/environments.ts";
import { breaches } from "../support/breaches.ts";
import { synthesizeOne } from "../support/environments.ts";
import { mutate } from "../support/mutate.ts";

const TEMPLATE = "aws_launch_template.compute_cluster_instances_template";
const KEY = "${aws_kms_key.keys_data_key.arn}";
const prod = synthesizeOne("prod", EC2);
const volumes = (...ebs: readonly object[]) => ({ block_device_mappings: ebs.map((one) => ({ ebs: one })) });

it("holds for the project's own instances, and without any", () => {
  expect(breaches(hardenedInstances, prod)).toEqual([]);
  expect(breaches(hardenedInstances, synthesizeOne("prod"))).toEqual([]);
});

it.each([
  ["IMDSv1", { metadata_options: { http_tokens: "optional" } }, 'without IMDSv2, got "optional"'],
  ["AWS's default", { metadata_options: undefined }, "without IMDSv2, got"],
  ["a plain volume", volumes({ encrypted: "false", kms_key_id: KEY }), "not encrypted with a customer key"],
  ["AWS's own key", volumes({ encrypted: "true" }), "not encrypted with a customer key"],
  [
    "a plain volume beside an encrypted one",
    volumes({ encrypted: "true", kms_key_id: KEY }, {}),
    "not encrypted with a customer key",
  ],
  [
    "the AMI's volumes as they are",
    { block_device_mappings: undefined },
    "not encrypted with a customer key",
  ],
  ["an SSH key", { key_name: "ops" }, 'by SSH, got "ops"'],
  [
    "a recommended AMI",
    { image_id: "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id" },
    "another one tomorrow (T11)",
  ],
  ["the newest AMI that is found", { image_id: "${data.aws_ami.newest.id}" }, "another one tomorrow (T11)"],
])("refuses %s", (_, changes, expected) => {
  const [line, ...others] = breaches(hardenedInstances, mutate(prod, TEMPLATE, changes));
  expect(line).toContain(`${TEMPLATE} `);
  expect(line).toContain(expected);
  expect(others).toEqual([]);
});

it("takes encryption written as Terraform writes booleans", () => {
  const changes = volumes({ encrypted: true, kms_key_id: KEY });
  expect(breaches(hardenedInstances, mutate(prod, TEMPLATE, changes))).toEqual([]);
});
