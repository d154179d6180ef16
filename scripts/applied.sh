#!/bin/sh
# Says to a workflow whether a synthesized stack was ever applied: scripts/applied.sh <stack>
# Before its first apply there is nothing to compare, to ask or to drill. A state that can't be read is an error.
set -eu
terraform -chdir="cdktf.out/stacks/$1" init -input=false
state=$(terraform -chdir="cdktf.out/stacks/$1" state pull)
if [ -n "$state" ]; then
  echo "applied=true" >> "$GITHUB_OUTPUT"
else
  echo "::notice::$1 was never applied"
  echo "applied=false" >> "$GITHUB_OUTPUT"
fi
