import type { ProviderMirror } from "../discovery/provider-mirror.ts";
import { CONTROL_PREFIX } from "../gateway/control.ts";
import { SANDBOX_CREDENTIALS } from "../gateway/moto-port.ts";

export interface EnvironmentProps {
  readonly mirror: ProviderMirror | undefined;
  /** The gateway's. */
  readonly url: string;
  /** Terraform's CLI configuration file. */
  readonly cliConfigFile: string;
  /** An empty file, in place of the user's AWS configuration and credentials. */
  readonly emptyFile: string;
  /** Authority of the certificates that emulated load balancers show. */
  readonly authorityFile: string;
}

/** Variables that make Terraform, the AWS provider, cdktf and every AWS SDK use the sandbox. The region is left to the caller. */
export const sandboxVariables = (props: EnvironmentProps): Record<string, string> => ({
  AWS_ENDPOINT_URL: props.url,
  AWS_ACCESS_KEY_ID: SANDBOX_CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: SANDBOX_CREDENTIALS.secretAccessKey,
  AWS_CONFIG_FILE: props.emptyFile,
  AWS_SHARED_CREDENTIALS_FILE: props.emptyFile,
  AWS_EC2_METADATA_DISABLED: "true",
  // The list of AWS's address ranges, as the variable of the traffic stack.
  TF_VAR_ip_ranges_url: `${props.url}${CONTROL_PREFIX}/ip-ranges.json`,
  // S3 Control's host names resolve through a proxy only; loopback itself is never proxied.
  HTTP_PROXY: props.url,
  // The recovery's requests to load balancers, whose names nothing resolves.
  SMOKE_TEST_PROXY: props.url,
  SMOKE_TEST_CA: props.authorityFile,
  TF_CLI_CONFIG_FILE: props.cliConfigFile,
  TF_IN_AUTOMATION: "1",
  TF_INPUT: "0",
  CHECKPOINT_DISABLE: "1",
  // `cdktf deploy` runs `terraform providers lock`, which asks the registry whatever the CLI configuration says.
  ...(props.mirror === undefined
    ? {}
    : { TF_CLI_ARGS_providers_lock: `-fs-mirror=${props.mirror.directory}` }),
});

/** Settings of the user that would lead around the sandbox: a profile, a session token, another endpoint, a CA bundle. */
const LEADS_ELSEWHERE = /^AWS_|^TF_|^(https?|all|no)_proxy$/i;

/** Names of the variables to unset, of those that are set. */
export const leadingElsewhere = (
  variables: Readonly<Record<string, string>>,
  inherited: NodeJS.ProcessEnv = process.env,
): string[] =>
  Object.keys(inherited).filter((name) => LEADS_ELSEWHERE.test(name) && !Object.hasOwn(variables, name));

export const sandboxEnvironment = (
  variables: Readonly<Record<string, string>>,
  inherited: NodeJS.ProcessEnv = process.env,
): Record<string, string> => {
  const unwanted = new Set(leadingElsewhere(variables, inherited));
  const kept = Object.entries(inherited).flatMap(([name, value]) =>
    value === undefined || unwanted.has(name) ? [] : [[name, value] as const],
  );
  return { ...Object.fromEntries(kept), ...variables };
};
