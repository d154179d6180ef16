import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { Call } from "../../gateway/call.ts";
import type { World } from "../../gateway/emulation.ts";
import { isAdmitted } from "../iam/simulate.ts";

const EVERYTHING = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});

/** Whether a vault's access policy refuses a caller. The sandbox lets every caller do everything else. */
export async function refusesCaller(
  world: World,
  policy: string,
  request: { readonly principal: string; readonly action: string; readonly resource: string },
): Promise<boolean> {
  const context = { "aws:PrincipalArn": request.principal, "aws:PrincipalAccount": world.account };
  return !(await isAdmitted(world, { ...request, context }, { identity: [EVERYTHING], resource: policy }));
}

/** Who signed the call, as policies name it: a role, not the session of a role. */
export async function callerOf(world: World, call: Call): Promise<string> {
  const accessKeyId = /Credential=([^/]+)\//.exec(call.headers.authorization ?? "")?.[1] ?? "";
  const sts = new STSClient({
    ...world.moto.client(call.region),
    credentials: { accessKeyId, secretAccessKey: "sandbox" },
  });
  const { Arn = "" } = await sts.send(new GetCallerIdentityCommand({}));
  return Arn.replace(/^arn:aws:sts::(\d+):assumed-role\/([^/]+)\/.*$/, "arn:aws:iam::$1:role/$2").replace(
    /^arn:aws:sts::(\d+):user\//,
    "arn:aws:iam::$1:user/",
  );
}
