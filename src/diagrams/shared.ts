import type { BootstrapSpec, TrafficSpec } from "../config/spec.ts";
import { resourcesOf, type Template } from "../guardrails/template.ts";
import type { Arrow, Box } from "./picture.ts";
import { bodiesOf, type Body, boxOf, counted, shown } from "./resources.ts";

/** Boxes by the region that they are in. */
export type ByRegion = ReadonlyMap<string, readonly Box[]>;

/** What is global lies in no region; its control plane does, and no recovery may need that. */
export const GLOBAL = "global";

interface SharedParts {
  readonly boxes: ByRegion;
  readonly arrows: readonly Arrow[];
}

export const stateId = (region: string): string => `state.${region}`;
export const RECORDS_ID = "records";
export const SWITCH_ID = "switch";

/** The state bucket, and its replica where there is one. */
export function bootstrapParts(spec: BootstrapSpec, template: Template): SharedParts {
  const inRegion = byRegion(template, spec.region);
  const regions = [
    ...new Set(resourcesOf(template, "aws_s3_bucket").map(({ body }) => inRegion(body))),
  ].toSorted((a, b) => Number(a !== spec.region) - Number(b !== spec.region));
  const replications = bodiesOf(template, "aws_s3_bucket_replication_configuration").length;
  const [home = spec.region, replica] = regions;
  const versioned = new Set(bodiesOf(template, "aws_s3_bucket_versioning").map(inRegion));
  return {
    boxes: new Map(
      regions.map((region) => [
        region,
        [
          {
            id: stateId(region),
            kind: "protection",
            title: region === home ? "state bucket" : "state replica",
            details: versioned.has(region) ? ["versioned, own key"] : ["own key"],
          },
        ],
      ]),
    ),
    arrows:
      replica === undefined || replications === 0
        ? []
        : [
            {
              from: stateId(home),
              to: stateId(replica),
              label: "state",
              bothWays: replications > 1,
            },
          ],
  };
}

/** Failover records and what decides which of them answers. */
export function trafficParts({ config, region }: TrafficSpec, template: Template): SharedParts {
  const inRegion = byRegion(template, region);
  const records: Box = {
    id: RECORDS_ID,
    kind: "traffic",
    title: config.recordName,
    details: ["primary and standby record"],
  };
  const checks = boxOf(template, ["aws_route53_health_check"], {
    id: "checks",
    kind: "traffic",
    title: counted("health check"),
    about: (bodies) => [
      bodies.some((one) => one["invert_healthcheck"] === true) ? "one reads the switch" : "",
    ],
  });
  const switches = boxOf(template, ["aws_s3_bucket"], {
    id: SWITCH_ID,
    kind: "traffic",
    title: "traffic switch",
    about: () => ["an object, or none"],
  });
  const topics = [...new Set(bodiesOf(template, "aws_sns_topic").map(inRegion))];
  const boxes = new Map<string, readonly Box[]>([[GLOBAL, [records, ...checks]]]);
  if (switches.length > 0) boxes.set(region, switches);
  for (const one of topics) boxes.set(one, [...(boxes.get(one) ?? []), topic(one)]);
  return {
    boxes,
    arrows: [
      ...(switches.length > 0 ? [{ from: SWITCH_ID, to: "checks" }] : []),
      ...(checks.length > 0 ? [{ from: "checks", to: RECORDS_ID }] : []),
    ],
  };
}

const topic = (region: string): Box => ({
  id: `traffic-topic.${region}`,
  kind: "oversight",
  title: "alarm topic",
});

/** The region of a resource: that of its provider, which is the stack's own unless it says otherwise. */
const byRegion =
  (template: Template, own: string) =>
  ({ provider }: Body): string => {
    const alias = shown(provider).replace("aws.", "");
    const found = (template.provider["aws"] ?? []).find((one) => one["alias"] === alias);
    return shown(found?.["region"]) || own;
  };
