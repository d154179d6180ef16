/** How patiently AWS is asked. */
export interface Patience {
  /** Ends every question that is still open. */
  readonly signal: AbortSignal;
  /** Longest time to wait for a connection, and then for a reply. */
  readonly connectionTimeoutMs: number;
  readonly replyTimeoutMs: number;
  readonly maxAttempts: number;
}

/** What every client and every call of the SDK is given. Endpoint and credentials are the SDK's own business. */
export function callsOf(region: string, patience: Patience) {
  const { signal, connectionTimeoutMs, replyTimeoutMs, maxAttempts } = patience;
  return {
    settings: {
      region,
      maxAttempts,
      requestHandler: {
        connectionTimeout: connectionTimeoutMs,
        requestTimeout: replyTimeoutMs,
        throwOnRequestTimeout: true,
      },
    },
    options: { abortSignal: signal },
  };
}

/** Makes something when it is first asked for. */
export function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
