/** The request for a higher quota. */
export const raiseQuota = (service: string, code: string, desired: number, region: string): string =>
  `aws service-quotas request-service-quota-increase --region ${region} --service-code ${service} --quota-code ${code} --desired-value ${Math.ceil(desired)}`;
