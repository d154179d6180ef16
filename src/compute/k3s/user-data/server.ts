import { APP } from "../../nodes/manifest.ts";
import { COMMON, HEADER, MAIN } from "./common.ts";
import { CREDENTIALS, OBJECTS } from "./objects.ts";
import { RESTORE } from "./restore.ts";
import { JOINED_HOOK, METRICS_NAMESPACE, serverAssignments, type ServerSettings } from "./settings.ts";

/** What makes an instance a server of the cluster, and keeps the cluster: runs at the first start, and then every minute. */
export const serverScript = (settings: ServerSettings): string =>
  [HEADER, serverAssignments(settings), COMMON, RESTORE, BOOT, TICK, MAIN].join("");

/**
 * Exactly one server begins a cluster: whoever's conditional write of the lease S3 takes.
 *
 * An answer that does not come decides nothing, so that a cluster is never begun because S3 was away.
 */
const BOOT = String.raw`
take_lease() {
  printf '%s none starting none none\n' "$INSTANCE" >"$WORK/claim"
  aws s3api put-object --bucket "$BUCKET" --key "$LEASE" --body "$WORK/claim" "$@" >/dev/null
}

# 0: this server begins the cluster; 1: there is one to join.
decide() {
  local found
  while true; do
    found=0
    read_lease || found=$?
    case "$found" in
      0)
        if [ "$GENERATION" = "$INSTANCE" ]; then return 0; fi
        if [ "$LEASE_AGE" -ge "$LEASE_SECONDS" ]; then
          if take_lease --if-match "$LEASE_TAG"; then return 0; fi
        elif [ "$STATE" = ready ] && is_answered; then
          return 1
        fi
        ;;
      1) if take_lease --if-none-match '*'; then return 0; fi ;;
    esac
    sleep "$PAUSE_SECONDS"
  done
}

# Servers run the control plane only, and nothing that would take the database's password is scheduled on them.
configure() {
  cat >"$ETC/config.yaml" <<CONFIG
node-name: $INSTANCE
token-file: $ETC/token
agent-token-file: $ETC/agent-token
$1
secrets-encryption: true
write-kubeconfig-mode: "0600"
node-taint: ["node-role.kubernetes.io/control-plane=:NoSchedule"]
disable: [traefik, servicelb, local-storage]
etcd-disable-snapshots: true
CONFIG
}

begin() {
  log "begins the cluster"
  until list_snapshots; do sleep "$PAUSE_SECONDS"; done
  if [ -s "$WORK/snapshots" ]; then
    restore || give_up "no snapshot could be restored; docs/platforms.md says what to do"
  else
    TOKEN_ID=$INSTANCE
    until fetch_tokens; do
      offer_token "$SERVER_TOKENS"
      offer_token "$AGENT_TOKENS"
      sleep "$PAUSE_SECONDS"
    done
    configure "cluster-init: true"
  fi
  GENERATION=$INSTANCE
}

join() {
  log "joins the cluster at $ADDRESS"
  until fetch_tokens; do sleep "$PAUSE_SECONDS"; done
  # With the hash of its authority the cluster proves itself before it is told the token.
  printf 'K10%s::server:%s\n' "$CA_HASH" "$(cat "$ETC/token")" >"$ETC/token.full"
  mv "$ETC/token.full" "$ETC/token"
  configure "server: https://$ADDRESS:6443"
}

boot() {
  prepare
  if decide; then begin; else join; fi
  printf '%s\n' "$GENERATION" >"$HOME_DIR/generation"
  printf '%s\n' "$TOKEN_ID" >"$HOME_DIR/token-id"
  start_node server
}
`;

/**
 * A ready server says so in the lease, and does what nobody else does here: it forgets nodes that are gone, applies the
 * service, and saves the cluster's state. Each fails for itself.
 */
const TICK = String.raw`
kubectl() { k3s kubectl "$@"; }

# etcd forgets a member with its node. Without that, replacements would raise the number that a quorum needs.
forget_dead_nodes() {
  local node
  aws ec2 describe-instances \
    --filters "Name=tag:aws:autoscaling:groupName,Values=$SERVER_GROUP,$WORKER_GROUP" \
    "Name=instance-state-name,Values=pending,running,stopping,stopped" \
    --query 'Reservations[].Instances[].InstanceId' --output text >"$WORK/instances" || return 1
  tr '\t' '\n' <"$WORK/instances" >"$WORK/alive"
  # An answer without this very instance can't be believed.
  grep -qxF "$INSTANCE" "$WORK/alive" || return 1
  kubectl get nodes -o name >"$WORK/nodes" || return 1
  while read -r node; do
    if grep -qxF "$(basename "$node")" "$WORK/alive"; then continue; fi
    log "forgets $node"
    kubectl delete "$node" --wait=false </dev/null || return 1
  done <"$WORK/nodes"
}

# Over whatever a restored cluster remembers of another region. The password goes to no role of any pod.
apply_service() {
  local secret
  fetch '${OBJECTS.service}' "$WORK/service.yaml" || return 1
  secret=$(sed -n 's/^# database-secret: //p' "$WORK/service.yaml")
  aws secretsmanager get-secret-value --secret-id "$secret" \
    --query SecretString --output text >"$WORK/${CREDENTIALS.key}" || return 1
  kubectl apply --server-side --force-conflicts -f "$WORK/service.yaml" >/dev/null || return 1
  kubectl create secret generic ${CREDENTIALS.secretName} --namespace ${APP} \
    --from-file="$WORK/${CREDENTIALS.key}" --dry-run=client -o yaml >"$WORK/secret.yaml" || return 1
  kubectl apply --server-side --force-conflicts -f "$WORK/secret.yaml" >/dev/null
}

# From here on the group counts this server, and goes on with a replacement that waited for it.
report_joined() {
  if [ -e "$HOME_DIR/joined" ]; then return 0; fi
  aws autoscaling complete-lifecycle-action --auto-scaling-group-name "$SERVER_GROUP" \
    --lifecycle-hook-name ${JOINED_HOOK} --instance-id "$INSTANCE" \
    --lifecycle-action-result CONTINUE || return 1
  touch "$HOME_DIR/joined"
}

renew_lease() {
  local address hash
  address=$(kubectl get node "$INSTANCE" \
    -o 'jsonpath={.status.addresses[?(@.type=="InternalIP")].address}') || return 1
  hash=$(sha256sum "$DATA/server/tls/server-ca.crt") || return 1
  printf '%s %s ready %s %s\n' "$GENERATION" "$TOKEN_ID" "$address" "$(cut -d ' ' -f 1 <<<"$hash")" \
    >"$WORK/renewed"
  # Refused when another server was faster, which is as good.
  aws s3api put-object --bucket "$BUCKET" --key "$LEASE" --body "$WORK/renewed" \
    --if-match "$LEASE_TAG" >/dev/null 2>"$WORK/refusal" || grep -q PreconditionFailed "$WORK/refusal"
}

# Another cluster was begun while this one could not say that it lives: two must not go on.
fence() {
  log "the cluster is now that of $GENERATION"
  systemctl stop k3s.service
  shutdown -h now
}

attempt() { "$@" || log "$1 failed"; }

ready_nodes() { kubectl get nodes --no-headers -l "$1" | grep -cw Ready || true; }

report() {
  local servers workers
  servers=$(ready_nodes node-role.kubernetes.io/control-plane)
  workers=$(ready_nodes '!node-role.kubernetes.io/control-plane')
  aws cloudwatch put-metric-data --namespace '${METRICS_NAMESPACE}' --metric-data \
    "MetricName=ReadyServers,Value=$servers,Dimensions=[{Name=Cluster,Value=$CLUSTER}]" \
    "MetricName=ReadyWorkers,Value=$workers,Dimensions=[{Name=Cluster,Value=$CLUSTER}]" \
    "MetricName=SnapshotAge,Unit=Seconds,Value=$(snapshot_age),Dimensions=[{Name=Cluster,Value=$CLUSTER}]"
}

tick() {
  local applied
  # A cluster goes on without S3.
  if ! read_lease; then return 0; fi
  if [ "$GENERATION" != "$(cat "$HOME_DIR/generation")" ]; then
    fence
    return 0
  fi
  TOKEN_ID=$(cat "$HOME_DIR/token-id")
  if ! kubectl get --raw /readyz >/dev/null; then
    # Who never was a member waits for nobody, once the cluster counts as lost.
    if [ ! -e "$HOME_DIR/joined" ] && [ "$LEASE_AGE" -ge "$LEASE_SECONDS" ]; then give_up "nothing to join"; fi
    log "not ready"
    return 0
  fi
  attempt forget_dead_nodes
  applied=yes
  apply_service || applied=no
  if [ "$applied" = no ]; then log "the service could not be applied"; fi
  attempt report_joined
  # Workers come when the lease is ready: before, they might start what a snapshot remembers of another region.
  if [ "$STATE" = ready ] || [ "$applied" = yes ]; then attempt renew_lease; fi
  attempt save_snapshot_if_due
  attempt report
}
`;
