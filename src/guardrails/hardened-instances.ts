import { show } from "../config/show.ts";
import { isCustomerKey } from "./customer-keys.ts";
import type { Guardrail, Violation } from "./guardrail.ts";
import { blocksOf, referenced, type Resource, resourcesOf, type Template } from "./template.ts";

type Body = Resource["body"];

interface Demand {
  readonly wrong: string;
  readonly got: (body: Body) => unknown;
  readonly remedy: string;
  readonly holds: (body: Body, template: Template, address: string) => boolean;
}

const metadataOptions = (body: Body): Body[] => blocksOf(body, "metadata_options");
const volumes = (body: Body): Body[] =>
  blocksOf(body, "block_device_mappings").flatMap((mapping) => blocksOf(mapping, "ebs"));

const DEMANDS: readonly Demand[] = [
  {
    // With version 1 a request that a task is talked into is enough to get the instance's credentials.
    wrong: "hands out credentials without IMDSv2",
    got: (body) => metadataOptions(body)[0]?.["http_tokens"],
    remedy: "set http_tokens to required",
    holds: (body) => metadataOptions(body).some((options) => options["http_tokens"] === "required"),
  },
  {
    wrong: "has a volume that is not encrypted with a customer key",
    got: (body) => volumes(body).map((volume) => volume["kms_key_id"]),
    remedy: "give each the environment's data key",
    holds: (body, template) => {
      const found = volumes(body);
      return found.length > 0 && found.every((volume) => isEncrypted(volume, template));
    },
  },
  {
    // Session Manager needs no key, and AWS records who used it.
    wrong: "lets people in by SSH",
    got: (body) => body["key_name"],
    remedy: "remove key_name",
    holds: (body) => body["key_name"] === undefined,
  },
  {
    wrong: "runs an AMI that may be another one tomorrow (T11)",
    got: (body) => body["image_id"],
    remedy: "name one by id or release",
    holds: (body, template, address) =>
      isPinned(body["image_id"]) || (body["image_id"] === undefined && isPinnedByNodes(template, address)),
  },
];

/** Whoever owns an instance owns every task on it. */
export const hardenedInstances: Guardrail = {
  name: "hardened-instances",
  summary:
    "every launch template demands IMDSv2, encrypts its volumes with a customer key, pins its AMI and has no SSH key, and every node group uses one",
  violations: ({ template }) => [
    ...resourcesOf(template, "aws_launch_template").flatMap(({ address, body }) =>
      DEMANDS.filter(({ holds }) => !holds(body, template, address)).map(({ wrong, got, remedy }) => ({
        key: "",
        message: `${address} ${wrong}, got ${show(got(body))}; ${remedy}`,
      })),
    ),
    ...unguidedNodes(template),
  ],
};

/** EKS makes a template of its own for them, which demands nothing. */
const unguidedNodes = (template: Template): Violation[] =>
  resourcesOf(template, "aws_eks_node_group")
    .filter(({ body }) => templateOf(body, template) === undefined)
    .map(({ address }) => ({
      key: "",
      message: `${address} has no launch template of the stack, got nothing to hold it to; give it one`,
    }));

const templateOf = (body: Body, template: Template): Resource | undefined =>
  blocksOf(body, "launch_template")
    .map(({ id }) => referenced(template, id))
    .find((found) => found?.address.startsWith("aws_launch_template."));

/** EKS looks up the AMI of a release for node groups whose template names none. */
function isPinnedByNodes(template: Template, address: string): boolean {
  const groups = resourcesOf(template, "aws_eks_node_group").filter(
    ({ body }) => templateOf(body, template)?.address === address,
  );
  return groups.length > 0 && groups.every(({ body }) => RELEASE.test(String(body["release_version"])));
}

const RELEASE = /^\d+\.\d+\.\d+-\d{8}$/;

const isEncrypted = (volume: Body, template: Template): boolean =>
  String(volume["encrypted"]) === "true" && isCustomerKey(volume["kms_key_id"], template);

/** What a data source finds is the newest of its kind, unless nobody makes another one. */
const isPinned = (image: unknown): boolean =>
  typeof image === "string" && !image.includes("${") && !/\b(latest|recommended)\b/.test(image);
