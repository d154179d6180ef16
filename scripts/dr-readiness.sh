#!/usr/bin/env bash
# Asks whether the service could be recovered now: npm run dr -- readiness, from any directory.
# Exit codes: 0 ready, 1 not ready, 2 wrong usage or configuration.
set -euo pipefail

# A relative path is looked up where the caller is, then in the project. A folder that is in neither is named by the tool itself.
if [[ -n "${ENVIRONMENTS_DIR:-}" && -d "$ENVIRONMENTS_DIR" ]]; then
  ENVIRONMENTS_DIR="$(CDPATH='' cd -- "$ENVIRONMENTS_DIR" && pwd)"
  export ENVIRONMENTS_DIR
fi

CDPATH='' cd -- "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
exec node scripts/run.mjs src/cli/main.ts readiness "$@"
