#!/bin/sh
# Prices every set of stacks that has been synthesized, with Infracost: scripts/price.sh <folder> [<folder of earlier prices>]
# Each set becomes one JSON file. With earlier prices it holds the difference, too.
set -eu
out=$1
before=${2:-}
mkdir -p "$out"
for config in infracost.yml infracost.traffic.yml infracost.active.yml; do
  [ -f "$config" ] || continue
  path=$(sed -n 's/^ *- path: *//p' "$config" | head -n 1)
  [ -d "$path" ] || continue
  json=${config%.yml}.json
  if [ -n "$before" ] && [ -f "$before/$json" ]; then
    infracost diff --config-file "$config" --compare-to "$before/$json" --format json --out-file "$out/$json"
  else
    infracost breakdown --config-file "$config" --format json --out-file "$out/$json"
  fi
done
