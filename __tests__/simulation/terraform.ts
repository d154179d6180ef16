import { readFileSync, existsSync } from "node:fs";
import { type Activation, activationSchema } from "../../src/activation/schema.ts";
import { identifierOf } from "../../src/database/source.ts";
import { activationFile } from "../../src/recovery/activation-file.ts";
import { SET_ASIDE } from "../../src/recovery/steps/set-aside.ts";
import { StepFailed } from "../../src/recovery/steps/step.ts";
import type { StateObject } from "../../src/recovery/terraform/adoption.ts";
import type { Terraform, TerraformPlan } from "../../src/recovery/terraform/terraform.ts";
import type { Names } from "../../src/naming/names.ts";
import { planJson } from "../support/plan-json.ts";
import type { SimulatedCopy } from "./copy.ts";
import type { SimulatedEnvironment } from "./environment.ts";
import type { SimulatedProcess } from "./process.ts";

const DRILL = "dr-drill";
const DATABASE = "aws_db_instance.database_instance";

/** A stack as Terraform is told to make it. */
interface Wanted {
  readonly record: Activation | undefined;
  readonly database: string;
}

/** A Terraform that knows of each environment its database, how much runs, and who is let in. */
export class SimulatedTerraform {
  private wanted = new Map<string, Wanted>();

  constructor(
    private readonly environments: readonly SimulatedEnvironment[],
    private readonly folder: string,
    private readonly namesOf: (environment: SimulatedEnvironment) => Names,
    private readonly process: SimulatedProcess,
    private readonly copy: SimulatedCopy,
  ) {}

  /** The port, each of whose calls can be the last of the process. */
  port(): Terraform {
    const port: Terraform = {
      synthesize: async (copy) => (copy === undefined ? this.synthesize() : this.copy.synthesize(copy)),
      plan: async (stack, options) =>
        stack === DRILL
          ? this.copy.plan(stack, this.reached("dr").region, options?.destroy === true)
          : this.plan(stack, options?.targets),
      apply: async (plan) => this.apply(plan),
      attributes: async (stack, address) => {
        const { database, aside } = this.reached(stack).stack;
        const identifier = address === SET_ASIDE ? aside : database;
        return identifier === undefined ? undefined : { identifier, master_user_secret: SECRET };
      },
      move: async (stack, from) => {
        const { stack: state } = this.reached(stack);
        if (from === SET_ASIDE) [state.database, state.aside] = [state.aside, undefined];
        else [state.aside, state.database] = [state.database, undefined];
      },
      objects: async (stack) => (stack === DRILL ? this.copy.objects() : objectsOf(this.reached(stack))),
      drop: async (stack, _, isDropped) => {
        const environment = this.reached(stack);
        const { stack: state } = environment;
        for (const object of objectsOf(environment).filter(isDropped))
          if (object.isDeposed) state.deposed = undefined;
          else [state.database, state.isTainted] = [undefined, false];
      },
      release: async (stack, addresses) => {
        const { stack: state } = this.reached(stack);
        if (addresses.includes(DATABASE)) state.database = undefined;
      },
      adopt: async (stack, _, id) => {
        const { stack: state } = this.reached(stack);
        if (state.database !== id) state.deposed = state.database ?? state.deposed;
        [state.database, state.isTainted] = [id, false];
        if (state.deposed === id) state.deposed = undefined;
      },
      take: async () => undefined,
      outputs: async () => ({}),
    };
    return this.process.through("terraform", port, failing);
  }

  private reached(stack: string): SimulatedEnvironment {
    const found = this.environments.find(({ name }) => name === stack);
    if (found === undefined) throw new Error(`no stack ${stack}`);
    if (found.isRegion !== "up") throw failing("failed", `terraform in ${found.region}`);
    return found;
  }

  private synthesize(): void {
    for (const environment of this.environments) {
      const file = activationFile(this.folder, environment.name);
      const record = existsSync(file)
        ? activationSchema.parse(JSON.parse(readFileSync(file, "utf8")))
        : undefined;
      const database = identifierOf(this.namesOf(environment), record?.recoveryPoint);
      this.wanted.set(environment.name, { record, database });
    }
  }

  private wantedOf(stack: string): Wanted {
    const found = this.wanted.get(stack);
    if (found === undefined) throw failing("failed", "terraform plan: nothing is synthesized");
    return found;
  }

  private plan(stack: string, targets?: readonly string[]): TerraformPlan {
    const { stack: state, region } = this.reached(stack);
    const { record, database } = this.wantedOf(stack);
    const point = record?.recoveryPoint;
    const source = point?.kind === "snapshot" ? { snapshot_identifier: point.snapshotArn } : {};
    const after = { identifier: database, ...source };
    const isSame = JSON.stringify(state.record) === JSON.stringify(record);
    const databaseChange = (
      actions: readonly string[],
      before: unknown,
      then: unknown,
      deposed?: string,
      address = DATABASE,
    ) => ({
      address,
      mode: "managed",
      type: "aws_db_instance",
      ...(deposed !== undefined && { deposed }),
      change: { actions, before, after: then },
    });
    const changes = [
      ...(state.database === undefined
        ? [databaseChange(["create"], null, after)]
        : state.database !== database || state.isTainted
          ? [databaseChange(["create", "delete"], { identifier: state.database }, after)]
          : isSame
            ? []
            : [databaseChange(["update"], { identifier: database }, after)]),
      ...(state.deposed === undefined
        ? []
        : [databaseChange(["delete"], { identifier: state.deposed }, null, "deadbeef")]),
      ...(state.aside === undefined
        ? []
        : [databaseChange(["delete"], { identifier: state.aside }, null, undefined, SET_ASIDE)]),
    ].filter(({ address }) => targets?.includes(address) ?? true);
    return {
      stack,
      file: "plan",
      json: planJson(changes, region),
      changes: changes.map(({ address, type, change }) => ({ address, type, actions: change.actions })),
    };
  }

  /** One change after the other; between any two the process can end. */
  private async apply(plan: TerraformPlan): Promise<void> {
    const { stack, changes } = plan;
    if (stack === DRILL) return this.copy.apply(plan, (what, act) => this.change(what, act));
    const environment = this.reached(stack);
    const { stack: state } = environment;
    const { record, database } = this.wantedOf(stack);
    if (state.database !== database || state.isTainted) {
      await this.change(`create ${database}`, () => {
        if (environment.database(database) !== undefined)
          throw failing("failed", `DBInstanceAlreadyExists: ${database}`);
        environment.databases.put(database, { protected: false, keyArn: environment.keyArn });
      });
      await this.change("write the state", () => {
        state.deposed = state.database;
        [state.database, state.isTainted] = [database, true];
      });
      await this.change(`modify ${database}`, () => {
        state.isTainted = false;
      });
    }
    const { deposed } = state;
    if (deposed !== undefined) {
      await this.change(`delete ${deposed}`, () => {
        if (environment.database(deposed)?.protected === true)
          throw failing("failed", `InvalidParameterCombination: ${deposed} is protected from deletion`);
        environment.databases.instances.delete(deposed);
      });
      state.deposed = undefined;
    }
    const { aside } = state;
    if (aside !== undefined && changes.some(({ address }) => address === SET_ASIDE)) {
      await this.change(`delete ${aside}`, () => void environment.databases.instances.delete(aside));
      state.aside = undefined;
    }
    const isHome = environment.name === "prod";
    const posture = record?.posture ?? (isHome ? "active" : "standby");
    await this.change("start or stop", () => {
      environment.attached = database;
      if (posture === "standby") environment.service.count = 0;
      else if (environment.service.count === 0 && !isHome && state.record?.posture !== posture)
        environment.service.count = 3;
    });
    await this.change("let in", () => {
      environment.admit(posture === "active");
      if (posture === "active") void environment.databases.questions().protectDatabase(database);
      state.record = record;
    });
  }

  private change(what: string, act: () => void): Promise<void> {
    return this.process.call(`apply:${what}`, async () => act(), failing);
  }
}

/** What the state has at the database's address. */
const objectsOf = ({ stack: { database, isTainted, deposed } }: SimulatedEnvironment): StateObject[] => [
  ...(database === undefined
    ? []
    : [{ isTainted, isDeposed: false, attributes: { identifier: database, master_user_secret: SECRET } }]),
  ...(deposed === undefined
    ? []
    : [{ isTainted: false, isDeposed: true, attributes: { identifier: deposed } }]),
];

const SECRET = [{ secret_arn: "arn" }];

/** What a call of Terraform fails with. */
const failing = (kind: string, call: string): StepFailed =>
  new StepFailed(`${call} failed: ${kind}`, "what was applied before it failed stays", [
    "# run the same command again",
  ]);
