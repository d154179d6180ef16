import { z } from "zod";
import type { RegionalAws } from "../port.ts";
import type { Sdk } from "../sdk.ts";
import { ask } from "./ask.ts";

const dated = z.looseObject({ headers: z.looseObject({ date: z.string() }) });

/** Who asks; STS answers it to anyone with valid credentials. */
export function callerQuestion(sdk: Sdk): Pick<RegionalAws, "caller"> {
  return {
    async caller() {
      const { identity, response, expiration } = await ask("sts:GetCallerIdentity", sdk.region, () =>
        sdk.callerIdentity(),
      );
      const localTime = new Date();
      const awsTime = new Date(dated.safeParse(response).data?.headers.date ?? Number.NaN);
      return {
        accountId: identity.Account ?? "",
        arn: identity.Arn ?? "",
        localTime,
        awsTime: Number.isNaN(awsTime.getTime()) ? undefined : awsTime,
        expiresAt: expiration,
      };
    },
  };
}
