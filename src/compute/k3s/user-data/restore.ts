import { OBJECTS } from "./objects.ts";

/**
 * Snapshots and the tokens that they are worth nothing without: k3s encrypts the authorities in them with the server token.
 *
 * A snapshot is named by when it was saved, by its token, and by its cluster. Names in order are snapshots in order, whichever
 * region they come from. https://docs.k3s.io/datastore/backup-restore
 */
export const RESTORE = String.raw`
SNAPSHOTS='${OBJECTS.snapshots}'
SERVER_TOKENS='${OBJECTS.serverTokens}'

# Newest first.
list_snapshots() {
  aws s3api list-objects-v2 --bucket "$BUCKET" --prefix "$SNAPSHOTS" \
    --query 'Contents[].Key' --output text >"$WORK/keys" || return 1
  tr '\t' '\n' <"$WORK/keys" | sed -n "\|^$SNAPSHOTS|p" | sort -r >"$WORK/snapshots"
}

fetch_tokens() {
  fetch "$SERVER_TOKENS$TOKEN_ID" "$ETC/token" && fetch "$AGENT_TOKENS$TOKEN_ID" "$ETC/agent-token"
}

# The first offer stays, and everybody reads back what stayed.
offer_token() {
  head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$WORK/offer"
  aws s3api put-object --bucket "$BUCKET" --key "$1$TOKEN_ID" --body "$WORK/offer" \
    --if-none-match '*' >/dev/null || log "the token was not taken"
}

# A snapshot may be damaged, or its token not have arrived yet: the one before is better than none.
restore() {
  local key
  while read -r key; do
    TOKEN_ID=$(cut -d . -f 2 <<<"$key")
    log "restores $key"
    if fetch_tokens && fetch "$key" "$WORK/snapshot"; then
      configure "cluster-init: true"
      if timeout 300 k3s server --cluster-reset --cluster-reset-restore-path="$WORK/snapshot" </dev/null; then
        return 0
      fi
    fi
    log "$key can't be restored"
    rm -rf "$DATA/server"
  done < <(head -n 3 "$WORK/snapshots")
  return 1
}

newest_of_this_cluster() { sed -n "/[.]$CLUSTER\$/{p;q}" "$WORK/snapshots"; }

save_snapshot_if_due() {
  local newest due
  list_snapshots || return 1
  newest=$(newest_of_this_cluster)
  due="$SNAPSHOTS$(date -u -d "-$INTERVAL_MINUTES minutes" +%Y%m%dT%H%M%SZ)"
  if [[ "$newest" > "$due" ]]; then return 0; fi
  rm -rf "$WORK/saved"
  mkdir "$WORK/saved"
  k3s etcd-snapshot save --name saved --etcd-snapshot-dir "$WORK/saved" >/dev/null || return 1
  set -- "$WORK"/saved/*
  [ -s "$1" ] || return 1
  aws s3 cp --only-show-errors "$1" \
    "s3://$BUCKET/$SNAPSHOTS$(date -u +%Y%m%dT%H%M%SZ).$TOKEN_ID.$CLUSTER" || return 1
  list_snapshots
}

# In seconds; a cluster that never saved anything has an age beyond every limit.
snapshot_age() {
  local stamp
  stamp=$(newest_of_this_cluster | sed -n 's|^.*/\([0-9]*\)T\([0-9][0-9]\)\([0-9][0-9]\)\([0-9][0-9]\)Z.*|\1 \2:\3:\4|p')
  if [ -z "$stamp" ]; then
    echo 99999999
  else
    echo $(($(date -u +%s) - $(date -u -d "$stamp" +%s)))
  fi
}
`;
