/** What a checker saw. */
export interface Observation {
  readonly isSuccess: boolean;
  /** As `GetHealthCheckStatus` words it. */
  readonly text: string;
  /** Of an answer over HTTP. */
  readonly status?: number;
}

const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  301: "Moved Permanently",
  302: "Found",
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  502: "Bad Gateway",
  503: "Service Unavailable",
};

export const failure = (reason: string): Observation => ({ isSuccess: false, text: `Failure: ${reason}` });

export const connected: Observation = { isSuccess: true, text: "Success: TCP connection established" };

/** A redirect is a success too: Route 53 follows none. */
export function answered(status: number): Observation {
  const isSuccess = status >= 200 && status < 400;
  const code = `HTTP Status Code ${status}, ${REASONS[status] ?? "unknown"}`;
  return { isSuccess, text: `${isSuccess ? "Success" : "Failure"}: ${code}`, status };
}
