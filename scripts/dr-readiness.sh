#!/usr/bin/env bash
# Asks whether the service could be recovered now: npm run dr -- readiness, from any directory.
# Exit codes: 0 ready, 1 not ready, 2 wrong usage or configuration.
set -euo pipefail

# The folder of the caller, not of the project, is what a relative path means to the caller.
if [[ -n "${ENVIRONMENTS_DIR:-}" ]]; then
  ENVIRONMENTS_DIR="$(cd "$ENVIRONMENTS_DIR" && pwd)"
  export ENVIRONMENTS_DIR
fi

cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
exec node scripts/run.mjs src/cli/main.ts readiness "$@"
