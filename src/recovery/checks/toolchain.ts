import { AwsFailure } from "../../aws/failure.ts";
import type { RegionalAws } from "../../aws/port.ts";
import { stateKey } from "../../naming/names.ts";
import { missingBinary } from "../../toolchain/binary.ts";
import { TOOLCHAIN_FILE, toolchain, terraformRange } from "../../toolchain/toolchain.ts";
import { compareVersions, minorOf, numbersOf } from "../../toolchain/version.ts";
import { readState, type StateFacts } from "../state.ts";
import type { Subject } from "../subject.ts";
import { type Check, fail, type Finding, type Inquiry, pass, type Tools, warn } from "./check.ts";

/** This machine's Terraform and provider against those that have written the states. */
export const toolchainCheck: Check = {
  id: "toolchain",
  asks: "can this machine's Terraform and provider read and change what was applied last",
  because:
    "an older provider can't read what a newer one has written, and nobody should learn that during a recovery (T49)",
  remedy: "take the repository's newest commit, and the versions that toolchain.json names",
  side: "standby",
  async run(inquiry) {
    const { subject, aws, tools } = inquiry;
    const { standby } = subject;
    const machine = await tools();
    const state = await stateOf(subject, aws.in(standby.state.region), standby);
    const wrote = writtenBy(state);
    const facts = {
      terraform: machine.version ?? null,
      provider: toolchain().provider,
      stateTerraform: wrote.terraform ?? null,
      stateProvider: wrote.provider ?? null,
    };
    const finding =
      judgeMachine(machine) ??
      judgeState(standby.name, machine, wrote, state !== undefined) ??
      (await judgePrimary(inquiry)) ??
      judgeProvider(machine, standby.name) ??
      pass(seen(machine));
    return { ...finding, facts };
  },
};

interface Versions {
  readonly terraform: string | undefined;
  readonly provider: string | undefined;
}

const seen = ({ binary, version }: Tools): string =>
  `${binary} ${version ?? "?"}, provider ${toolchain().provider}`;

const stateOf = (
  { project }: Subject,
  aws: RegionalAws,
  { state, name }: Subject["standby"],
): Promise<StateFacts | undefined> => readState(aws, state.bucket, stateKey(project, name));

const writtenBy = (state: StateFacts | undefined): Versions => ({
  terraform: versionOr(state?.terraformVersion),
  provider: versionOr(state?.output("provider_version")),
});

/** The state is foreign text, and a remedy is pasted. */
const versionOr = (text: string | undefined): string | undefined =>
  text !== undefined && numbersOf(text) !== undefined ? text : undefined;

const INSTALL = "# https://developer.hashicorp.com/terraform/install";

/** Nothing can be recovered without Terraform. */
function judgeMachine({ binary, version }: Tools): Finding | undefined {
  const pinned = toolchain();
  if (version === undefined) return fail(missingBinary(binary), `${INSTALL}\n# then: ${binary} version`);
  const floor = `${minorOf(pinned.terraform)}.0`;
  if (compareVersions(version, floor) < 0 || compareVersions(version, "2.0.0") >= 0)
    return fail(`${binary} ${version}; the stacks take ${terraformRange(pinned)}`, INSTALL);
  return undefined;
}

function judgeState(name: string, machine: Tools, wrote: Versions, isApplied: boolean): Finding | undefined {
  const pinned = toolchain();
  const apply = `npx cdktf deploy ${name}`;
  if (!isApplied) return undefined;
  if (wrote.provider === undefined)
    return warn(`${seen(machine)}; the state of ${name} does not say which provider wrote it`, apply);
  const order = compareVersions(wrote.provider, pinned.provider);
  if (order > 0) return fail(tooOld(machine, name, wrote.provider), newer(wrote.provider, wrote.terraform));
  if (order < 0)
    return warn(
      `${seen(machine)}; ${name} was applied with ${wrote.provider} last: a recovery would be the first to use the new one`,
      apply,
    );
  const { binary, version = "" } = machine;
  // OpenTofu counts its own versions.
  if (binary !== "terraform" || wrote.terraform === undefined) return undefined;
  if (compareVersions(wrote.terraform, version) > 0)
    return warn(`${seen(machine)}; ${name} was applied with Terraform ${wrote.terraform} last`, INSTALL);
  if (version !== pinned.terraform)
    return warn(`${seen(machine)}; ${TOOLCHAIN_FILE} names Terraform ${pinned.terraform}`, INSTALL);
  return undefined;
}

/** A failover goes on without it; the return does not. */
async function judgePrimary({ subject, aws, tools }: Inquiry): Promise<Finding | undefined> {
  const { primary } = subject;
  try {
    const { provider, terraform } = writtenBy(await stateOf(subject, aws.in(primary.state.region), primary));
    if (provider === undefined || compareVersions(provider, toolchain().provider) <= 0) return undefined;
    return warn(tooOld(await tools(), primary.name, provider), newer(provider, terraform));
  } catch (error) {
    if (error instanceof AwsFailure) return undefined;
    throw error;
  }
}

/** The registry may be gone with the region. */
function judgeProvider(machine: Tools, name: string): Finding | undefined {
  if (machine.hasProvider) return undefined;
  return warn(
    `${seen(machine)}, which is not on this machine yet: a recovery would have to download it`,
    `npm run synth\n${machine.binary === "terraform" ? "terraform" : machine.binary} -chdir=cdktf.out/stacks/${name} init -backend=false`,
  );
}

const tooOld = (machine: Tools, name: string, provider: string): string =>
  `${seen(machine)}; ${name} was applied with provider ${provider}, whose state an older one can't read`;

const newer = (provider: string, terraform: string | undefined): string =>
  [
    "# take the commit that was applied; or, if there is none, raise the versions here",
    `npm run toolchain -- --provider ${provider}${terraform === undefined ? "" : ` --terraform ${terraform}`}`,
  ].join("\n");
