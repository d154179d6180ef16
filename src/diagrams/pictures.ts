import type { BootstrapSpec, ServiceSpec, Specs, TrafficSpec } from "../config/spec.ts";
import type { Template } from "../guardrails/template.ts";
import type { Box, Picture } from "./picture.ts";
import { serviceParts } from "./service.ts";
import { bootstrapParts, type ByRegion, GLOBAL, RECORDS_ID, trafficParts } from "./shared.ts";

type Templates = ReadonlyMap<string, Template>;

const USERS: Box = { id: "users", kind: "outside", title: "users" };

/** Each stack by itself, by its name. */
export function stackPictures(
  { bootstrap, services, traffic }: Specs,
  templates: Templates,
): ReadonlyMap<string, Picture> {
  return new Map([
    ...(bootstrap === undefined
      ? []
      : [[bootstrap.name, bootstrapPicture(bootstrap, of(templates, bootstrap))] as const]),
    ...services.map((spec) => [spec.name, servicePicture(spec, of(templates, spec))] as const),
    ...(traffic === undefined
      ? []
      : [[traffic.name, trafficPicture(traffic, of(templates, traffic))] as const]),
  ]);
}

function of(templates: Templates, { name }: { readonly name: string }): Template {
  const template = templates.get(name);
  if (template === undefined) throw new Error(`stack ${name} was not synthesized`);
  return template;
}

function servicePicture(spec: ServiceSpec, template: Template): Picture {
  const { vpc, beside, arrows, isOpen } = serviceParts(spec, template);
  const entrance = `${spec.name}.load-balancer`;
  return {
    title: `The stack ${spec.name} in ${spec.region}`,
    description: `${isOpen ? "Users reach its load balancer." : "Nobody can enter it from outside."} ${inventory(template)}`,
    boxes: [
      ...(isOpen ? [USERS] : []),
      { id: spec.name, kind: "place", title: `${spec.name} · ${spec.region}`, children: [...vpc, ...beside] },
    ],
    arrows: [...(isOpen ? [{ from: USERS.id, to: entrance, label: "HTTPS" }] : []), ...arrows],
  };
}

function bootstrapPicture(spec: BootstrapSpec, template: Template): Picture {
  const { boxes, arrows } = bootstrapParts(spec, template);
  return {
    title: `The stack ${spec.name}`,
    description: `The bucket that holds Terraform's state. ${inventory(template)}`,
    boxes: regionBoxes(boxes),
    arrows,
  };
}

function trafficPicture(spec: TrafficSpec, template: Template): Picture {
  const { boxes, arrows } = trafficParts(spec, template);
  const balancers = [spec.primary, spec.standby].map(({ name, region }) => balancer(name, region));
  return {
    title: `The stack ${spec.name}`,
    description: `Who serves ${spec.config.recordName}. ${inventory(template)}`,
    boxes: [USERS, ...regionBoxes(boxes), ...balancers],
    arrows: [
      ...arrows,
      { from: USERS.id, to: RECORDS_ID },
      { from: RECORDS_ID, to: spec.primary.name },
      { from: RECORDS_ID, to: spec.standby.name, dashed: true, label: "once it is moved" },
    ],
  };
}

const balancer = (name: string, region: string): Box => ({
  id: name,
  kind: "outside",
  title: `load balancer of ${name}`,
  details: [region],
});

const regionBoxes = (boxes: ByRegion): readonly Box[] =>
  [...boxes].map(([region, children]) => ({
    id: `region.${region}`,
    kind: "place",
    title: region === GLOBAL ? "Route 53, global" : region,
    children,
  }));

/** How much there is, of which the picture shows the important part. */
function inventory(template: Template): string {
  const count = Object.values(template.resource).reduce((sum, bodies) => sum + Object.keys(bodies).length, 0);
  return `${count} resources.`;
}
