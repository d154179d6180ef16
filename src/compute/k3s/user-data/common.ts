import { OBJECTS } from "./objects.ts";

/**
 * What the scripts of all nodes share.
 *
 * No script writes a dollar sign or a percent sign before a brace: Terraform would take that for its own.
 */
export const COMMON = String.raw`
export AWS_DEFAULT_REGION
export AWS_MAX_ATTEMPTS=3
export LC_ALL=C
LEASE='${OBJECTS.lease}'
AGENT_TOKENS='${OBJECTS.agentTokens}'
ETC="$ROOT/etc/rancher/k3s"
DATA="$ROOT/var/lib/rancher/k3s"
HOME_DIR="$ROOT/opt/pilot-light"
UNITS="$ROOT/etc/systemd/system"
PAUSE_SECONDS=10

log() { printf '%s\n' "$*" >&2; }

# The group starts another instance in place of one that ends.
give_up() {
  log "gives up: $*"
  ENDS_ON_FAILURE=yes
  exit 1
}

finish() {
  local status=$?
  rm -rf "$WORK"
  if [ "$status" -ne 0 ] && [ "$ENDS_ON_FAILURE" = yes ]; then shutdown -h now; fi
}

prepare() {
  local tool
  for tool in aws curl k3s; do
    command -v "$tool" >/dev/null || give_up "the machine image lacks $tool"
  done
  mkdir -p "$ETC" "$DATA" "$HOME_DIR" "$UNITS"
  install -m 0700 "$0" "$HOME_DIR/node"
}

# 0: read; 1: there is none; 2: not answered, of which nothing follows.
read_lease() {
  local answer modified
  if answer=$(aws s3api get-object --bucket "$BUCKET" --key "$LEASE" "$WORK/lease" \
    --query '[ETag,LastModified]' --output text 2>"$WORK/refusal"); then
    read -r LEASE_TAG modified <<<"$answer"
    read -r GENERATION TOKEN_ID STATE ADDRESS CA_HASH <"$WORK/lease"
    LEASE_AGE=$(($(date -u +%s) - $(date -u -d "$modified" +%s)))
    return 0
  fi
  if grep -q NoSuchKey "$WORK/refusal"; then return 1; fi
  log "the lease can't be read: $(cat "$WORK/refusal")"
  return 2
}

# Whoever answers at the address of the lease has to be who the lease says.
is_answered() {
  curl --silent --insecure --max-time 5 --output "$WORK/cacerts" "https://$ADDRESS:6443/cacerts" || return 1
  [ "$(sha256sum <"$WORK/cacerts" | cut -d ' ' -f 1)" = "$CA_HASH" ]
}

# Fetches the object of a key into a file that appears whole or not at all.
fetch() {
  aws s3api get-object --bucket "$BUCKET" --key "$1" "$WORK/fetched" >/dev/null || return 1
  [ -s "$WORK/fetched" ] || return 1
  mv "$WORK/fetched" "$2"
}

# Containers go on while k3s restarts.
write_unit() {
  cat >"$UNITS/k3s.service" <<UNIT
[Unit]
Description=Kubernetes
Wants=network-online.target
After=network-online.target
[Service]
Type=notify
ExecStartPre=-/sbin/modprobe br_netfilter
ExecStartPre=-/sbin/modprobe overlay
ExecStart=/usr/local/bin/k3s $1
KillMode=process
Delegate=yes
LimitNOFILE=1048576
LimitNPROC=infinity
TasksMax=infinity
TimeoutStartSec=0
Restart=always
RestartSec=5s
[Install]
WantedBy=multi-user.target
UNIT
}

# Once a minute, from the end of one run to the start of the next.
write_timer() {
  cat >"$UNITS/pilot-light.service" <<UNIT
[Unit]
Description=Keeps the node in its cluster
[Service]
Type=oneshot
ExecStart=/opt/pilot-light/node tick
TimeoutStartSec=300
UNIT
  cat >"$UNITS/pilot-light.timer" <<UNIT
[Unit]
Description=Keeps the node in its cluster
[Timer]
OnActiveSec=15
OnUnitInactiveSec=60
[Install]
WantedBy=timers.target
UNIT
}

start_node() {
  write_unit "$1"
  write_timer
  systemctl daemon-reload
  systemctl enable --now --no-block k3s.service pilot-light.timer
}
`;

/** Runs one of the two halves of a script: cloud-init names none, the timer says tick. */
export const MAIN = String.raw`
WORK=$(mktemp -d)
ENDS_ON_FAILURE=no
trap finish EXIT
INSTANCE=$(cat "$ROOT/var/lib/cloud/data/instance-id")
case "$*" in
  tick) tick ;;
  *)
    # Half a node is worse than another try.
    ENDS_ON_FAILURE=yes
    boot
    ;;
esac
`;

/** What every script begins with. */
export const HEADER = "#!/bin/bash\nset -euo pipefail\numask 077\n";
