#!/bin/sh
# Prices every set of stacks that has been synthesized, with Infracost: scripts/price.sh <folder> [<folder of earlier prices>]
# Each set becomes one JSON file. With earlier prices it holds the difference, too.
set -eu
out=$1
before=${2:-}
mkdir -p "$out"
# The stacks of a configuration that are there: a change may have removed one.
present() {
  awk '/^  - path: / { absent = system("test -d \"" $3 "\"") } !absent' "$1"
}
for config in infracost.yml infracost.traffic.yml infracost.active.yml; do
  [ -f "$config" ] || continue
  present "$config" > "$out/$config"
  grep -q '^  - path: ' "$out/$config" || continue
  json=${config%.yml}.json
  if [ -n "$before" ] && [ -f "$before/$json" ]; then
    infracost diff --config-file "$out/$config" --compare-to "$before/$json" --format json --out-file "$out/$json"
  else
    infracost breakdown --config-file "$out/$config" --format json --out-file "$out/$json"
  fi
done
