import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider/index.js";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy/index.js";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { Construct } from "constructs";
import { policyDocument, type PolicyStatement } from "../encryption/key-policy.ts";
import { BOUNDARY_PATH, boundaryName, type Names } from "../naming/names.ts";
import type { Project } from "../project/schema.ts";
import type { StateBucket } from "../state/state-bucket.ts";
import type { ContinuousIntegrationConfig } from "./schema.ts";
import { boundaryStatements } from "./boundary.ts";
import { deployStatements } from "./deploy-statements.ts";
import { ownNames } from "./own-names.ts";
import { type Deployable, type Place } from "./place.ts";
import { planStatements } from "./plan-statements.ts";
import { ISSUER, type Trusted, workflowsAssume } from "./trust.ts";

/** A plan, or an apply that waits for a database, takes longer than the default hour only when something is wrong. */
const PLAN_SECONDS = 3600;
/** A Multi-AZ database and its tasks; the longest that a role allows is twelve hours. */
const DEPLOY_SECONDS = 4 * 3600;

interface WorkflowRolesProps {
  readonly config: ContinuousIntegrationConfig;
  readonly names: Names;
  readonly project: Project;
  /** This environment, which no workflow deploys: it holds their own rights. */
  readonly home: string;
  /** Environments that workflows deploy, each in the GitHub environment of its name. */
  readonly environments: readonly Deployable[];
  /** The bucket with the state, and its replica if there is one. */
  readonly states: readonly StateBucket[];
}

/** What GitHub workflows may do in the account, without a secret that could leak. */
export class WorkflowRoles extends Construct {
  readonly planRoleArn: string;

  private readonly props: WorkflowRolesProps;
  private readonly providerArn: string;

  constructor(scope: Construct, id: string, props: WorkflowRolesProps) {
    super(scope, id);
    this.props = props;
    this.providerArn = this.addProvider();
    this.planRoleArn = this.addPlanRole();
    for (const environment of props.environments) {
      const place = this.placeOf(environment);
      this.addBoundary(place);
      this.addDeployRole(place);
    }
  }

  private addProvider(): string {
    const { config, project } = this.props;
    if (config.provider === "existing") return `arn:aws:iam::${project.accountId}:oidc-provider/${ISSUER}`;
    const provider = new IamOpenidConnectProvider(this, "github", {
      url: `https://${ISSUER}`,
      clientIdList: ["sts.amazonaws.com"],
    });
    return provider.arn;
  }

  private addPlanRole(): string {
    const { config, states, project } = this.props;
    return this.addRole("plan", {
      // A pull request is planned by the workflow of the branch that it goes into: one that it has changed itself gets no token.
      trusted: { subjects: ["environment:plan", `ref:refs/heads/${config.branch}`], branch: config.branch },
      managedPolicy: "ReadOnlyAccess",
      maxSeconds: PLAN_SECONDS,
      statements: planStatements(states, { project: project.name, accountId: project.accountId }),
    }).arn;
  }

  private placeOf(environment: Deployable): Place {
    const { project, environments, home } = this.props;
    const others = environments.map(({ name }) => name).filter((name) => name !== environment.name);
    return { project: project.name, accountId: project.accountId, environment, others, home };
  }

  /** Grants nothing: every role that the environment's stack makes names it. */
  private addBoundary(place: Place): void {
    const { name } = place.environment;
    new IamPolicy(this, `boundary-${name}`, {
      name: boundaryName(this.props.project, name),
      path: BOUNDARY_PATH,
      description: `What no role of ${name} exceeds`,
      policy: policyDocument(boundaryStatements(this.props.states, place)),
    });
  }

  private addDeployRole(place: Place): void {
    const { config, states } = this.props;
    const { name } = place.environment;
    const id = `deploy-${name}`;
    const role = this.addRole(id, {
      trusted: { subjects: [`environment:${name}`], branch: config.branch },
      managedPolicy: "PowerUserAccess",
      maxSeconds: DEPLOY_SECONDS,
      statements: deployStatements(states, place),
    });
    // Of its own: together they exceed what IAM takes as inline policies of a role.
    const policy = new IamPolicy(this, `${id}-names`, {
      name: this.props.names.of(`${id}-names`),
      description: `What ${id} leaves alone`,
      policy: policyDocument(ownNames(place)),
    });
    new IamRolePolicyAttachment(this, `${id}-names-attached`, { role: role.name, policyArn: policy.arn });
  }

  private addRole(
    id: string,
    options: {
      readonly trusted: Trusted;
      readonly managedPolicy: string;
      readonly maxSeconds: number;
      readonly statements: readonly PolicyStatement[];
    },
  ): IamRole {
    const { config, names } = this.props;
    const role = new IamRole(this, id, {
      name: names.of(id),
      maxSessionDuration: options.maxSeconds,
      assumeRolePolicy: policyDocument([workflowsAssume(this.providerArn, config, options.trusted)]),
    });
    new IamRolePolicyAttachment(this, `${id}-managed`, {
      role: role.name,
      policyArn: `arn:aws:iam::aws:policy/${options.managedPolicy}`,
    });
    new IamRolePolicy(this, `${id}-policy`, {
      name: id,
      role: role.id,
      policy: policyDocument(options.statements),
    });
    return role;
  }
}
