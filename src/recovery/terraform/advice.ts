/** What Terraform or AWS says, and what helps. */
interface Advice {
  readonly says: RegExp;
  readonly help: readonly string[];
}

/** Codes of RDS, KMS and ECS. Source: their API references, errors of the calls that an activation makes. */
const ADVICE: readonly Advice[] = [
  {
    says: /KMSKeyNotAccessible|KMSInvalidState|is pending deletion|key .*disabled/i,
    help: [
      "# the key of the recovery point can't be used; see which, and enable it",
      "npm run dr -- readiness --only keys,recovery-point-key",
    ],
  },
  {
    says: /DBSnapshotNotFound|InvalidDBSnapshotState/,
    help: [
      "# the recovery point is not there, or is still being copied; choose another one with --recovery-point, or wait",
      "npm run dr -- readiness --only recovery-point,copy-jobs",
    ],
  },
  {
    says: /InsufficientDBInstanceCapacity|InstanceQuotaExceeded|StorageQuotaExceeded/,
    help: [
      "# RDS has no room for the instance; name another class in the primary's file, or ask AWS for more",
      "npm run dr -- readiness --only database-quota,engine",
    ],
  },
  {
    says: /DBInstanceAlreadyExists/,
    help: [
      "# an apply that was cut off has made the instance, and no state knows of it",
      "# the same command takes it in and goes on; by hand, docs/runbook.md says it at restore-database",
    ],
  },
  {
    says: /ResourceAlreadyExists|AlreadyExistsException|InvalidPermission\.Duplicate|already ?exists?/i,
    help: [
      "# an apply that was cut off has made it, and no state lists it: the same command takes it into the state and goes on",
      '# if it fails on this again, no rule says how to find it: import it, as docs/runbook.md says below "Already there"',
    ],
  },
  {
    says: /AccessDenied|UnauthorizedOperation|not authorized/i,
    help: [
      "# allow the action to this caller, or take break-glass credentials",
      "aws sts get-caller-identity",
    ],
  },
  {
    says: /Throttling|RequestLimitExceeded|Rate exceeded|SlowDown/,
    help: ["# AWS refuses for now, also after several attempts; wait a minute"],
  },
  {
    says: /ExpiredToken|InvalidClientTokenId|NoCredentialProviders|no valid credential/i,
    help: ["# sign in again, or take other credentials", "aws sts get-caller-identity"],
  },
  {
    says: /Saved plan is stale/,
    help: ["# somebody has applied meanwhile; see who, then plan anew"],
  },
  {
    says: /managed by newer provider version|Unsupported Terraform Core version/i,
    help: [
      "# somebody has applied with a newer toolchain: take the repository's newest commit, or the versions that this names",
      "npm run dr -- readiness --only toolchain",
    ],
  },
  {
    says: /doesn't match any of the checksums|does not match configured version constraint/i,
    help: [
      "# toolchain.json knows no hash of the provider for this machine's platform: add it where the registry answers",
      "npm run toolchain -- --platform $(uname -s | tr A-Z a-z)_$(uname -m | sed 's/x86_64/amd64/;s/aarch64/arm64/')",
    ],
  },
  {
    says: /Failed to query available provider packages|Failed to install provider/,
    help: [
      "# the provider can't be downloaded; work where the stack was initialized before, or set up a mirror",
      "# https://developer.hashicorp.com/terraform/cli/config/config-file#provider-installation",
    ],
  },
];

/** What to do about it; empty when that is not known. */
export const adviceFor = (errors: readonly string[]): readonly string[] => [
  ...new Set(
    ADVICE.filter(({ says }) => errors.some((error) => says.test(error))).flatMap(({ help }) => help),
  ),
];
