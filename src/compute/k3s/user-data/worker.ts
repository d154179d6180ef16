import { COMMON, HEADER, MAIN } from "./common.ts";
import { workerAssignments, type WorkerSettings } from "./settings.ts";

/** What makes an instance a worker of the cluster that is ready, now or in weeks, and leads it to one that was restored. */
export const workerScript = (settings: WorkerSettings): string =>
  [HEADER, workerAssignments(settings), COMMON, WORKER, MAIN].join("");

const WORKER = String.raw`
# Missing, not answered or not ready: a worker may only read, so that it can't tell, and needn't.
find_cluster() {
  read_lease && [ "$STATE" = ready ] && [ "$LEASE_AGE" -lt "$LEASE_SECONDS" ] && is_answered
}

configure() {
  printf 'K10%s::node:%s\n' "$CA_HASH" "$(cat "$WORK/token")" >"$ETC/token"
  cat >"$ETC/config.yaml" <<CONFIG
node-name: $INSTANCE
server: https://$ADDRESS:6443
token-file: $ETC/token
CONFIG
  printf '%s %s\n' "$TOKEN_ID" "$CA_HASH" >"$HOME_DIR/cluster"
  printf '%s\n' "$GENERATION" >"$HOME_DIR/generation"
}

# Images come from the service's own repository, with the rights of the instance.
let_pull() {
  mkdir -p "$DATA/credentialprovider"
  cat >"$DATA/credentialprovider/config.yaml" <<PROVIDER
apiVersion: kubelet.config.k8s.io/v1
kind: CredentialProviderConfig
providers:
  - name: ecr-credential-provider
    matchImages: ["*.dkr.ecr.*.amazonaws.com"]
    defaultCacheDuration: 6h
    apiVersion: credentialprovider.kubelet.k8s.io/v1
PROVIDER
}

boot() {
  prepare
  until find_cluster && fetch "$AGENT_TOKENS$TOKEN_ID" "$WORK/token"; do sleep "$PAUSE_SECONDS"; done
  log "joins the cluster at $ADDRESS, by lease $LEASE_TAG"
  configure
  let_pull
  start_node agent
}

# All servers may have been replaced at once; those that this worker knows are gone then.
tick() {
  if ! find_cluster; then return 0; fi
  if [ "$GENERATION" = "$(cat "$HOME_DIR/generation")" ]; then return 0; fi
  if [ "$TOKEN_ID $CA_HASH" != "$(cat "$HOME_DIR/cluster")" ]; then
    give_up "the cluster is another one"
  fi
  fetch "$AGENT_TOKENS$TOKEN_ID" "$WORK/token" || return 0
  log "follows the cluster to $ADDRESS"
  configure
  rm -f "$DATA"/agent/etc/*-load-balancer.json
  systemctl restart --no-block k3s.service
}
`;
