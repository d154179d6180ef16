import { describe, expect, it } from "vitest";
import { z } from "zod";
import { activation, merge, resourceAt, synthesizeOne } from "../../support/environments.ts";
import { EKS } from "../eks/environments.ts";

const objects = z.object({
  kind: z.literal("List"),
  items: z.array(z.looseObject({ kind: z.string(), metadata: z.looseObject({ name: z.string() }) })),
});

/** The objects that a team would apply, by kind; null bytes of CDKTF's JSON are Terraform references. */
function manifestOf(environment: "prod" | "dr", changes: object = EKS): Readonly<Record<string, unknown>> {
  const { template } = synthesizeOne(environment, merge(changes, {}));
  const { value } = z.object({ value: z.string() }).parse(template.output["service_manifest"]);
  return Object.fromEntries(objects.parse(JSON.parse(value)).items.map((item) => [item.kind, item]));
}

const pod = (spec: object) => ({ spec: { template: { spec } } });

describe("the manifest of a service", () => {
  const prod = manifestOf("prod");

  it("listens on the node port, on every node", () => {
    expect(prod["Service"]).toMatchObject({
      metadata: { name: "app", namespace: "app" },
      spec: {
        type: "NodePort",
        externalTrafficPolicy: "Cluster",
        ports: [{ port: 8080, targetPort: 8080, nodePort: 30_080 }],
      },
    });
  });

  it("runs as the service account that has the role, and as nobody else", () => {
    expect(prod["ServiceAccount"]).toMatchObject({ metadata: { name: "app", namespace: "app" } });
    const association = resourceAt(
      synthesizeOne("prod", EKS).template,
      "aws_eks_pod_identity_association.compute_pods_association",
    );
    expect(association).toMatchObject({ namespace: "app", service_account: "app" });
    expect(prod["Deployment"]).toMatchObject(
      pod({
        serviceAccountName: "app",
        securityContext: { runAsNonRoot: true, runAsUser: 10_001, runAsGroup: 10_001 },
        containers: [
          {
            securityContext: {
              readOnlyRootFilesystem: true,
              allowPrivilegeEscalation: false,
              capabilities: { drop: ["ALL"] },
            },
            volumeMounts: [{ mountPath: "/tmp" }],
          },
        ],
      }),
    );
  });

  it("pulls the pinned image of the environment's own repository, and is ready when the load balancer says so", () => {
    expect(prod["Deployment"]).toMatchObject(
      pod({
        containers: [
          {
            image: "${aws_ecr_repository.registry_repository.repository_url}:1.0.0",
            readinessProbe: { httpGet: { path: "/health", port: 8080 } },
          },
        ],
      }),
    );
  });

  it("survives a change of its nodes one by one", () => {
    expect(prod["PodDisruptionBudget"]).toMatchObject({ spec: { maxUnavailable: 1 } });
  });

  it("is the same in a pilot light and in a standby that serves: nobody has to apply it in an incident", () => {
    const peace = manifestOf("dr");
    expect(manifestOf("dr", merge(EKS, activation("active")))).toEqual(peace);
    expect(peace["Deployment"]).toMatchObject({ spec: { replicas: 2 } });
  });
});

describe("where the database is", () => {
  const parameterIn = (changes: object) =>
    resourceAt(
      synthesizeOne("dr", merge(EKS, changes)).template,
      "aws_ssm_parameter.compute_runtime_database",
    );

  it("is in a parameter that pods read when they start", () => {
    expect(manifestOf("dr")["Deployment"]).toMatchObject(
      pod({
        containers: [
          {
            env: [
              { name: "AWS_REGION", value: "eu-central-1" },
              { name: "DATABASE_PARAMETER", value: "${aws_ssm_parameter.compute_runtime_database.name}" },
            ],
          },
        ],
      }),
    );
    expect(parameterIn({})).toMatchObject({ name: "/shop/dr/database", type: "String" });
  });

  it("is the restored database after a recovery, under the same name", () => {
    const { name, value } = parameterIn(activation("restored"));
    expect(name).toBe("/shop/dr/database");
    expect(JSON.parse(String(value))).toMatchObject({
      AWS_REGION: "eu-central-1",
      DATABASE_HOST: "${aws_db_instance.database_instance.address}",
      DATABASE_SECRET_ARN: "${aws_db_instance.database_instance.master_user_secret[0].secret_arn}",
    });
  });
});
