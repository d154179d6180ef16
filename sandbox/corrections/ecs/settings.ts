import { z } from "zod";

const share = z.looseObject({ capacityProvider: z.string() });

/** Settings of a service that moto takes and forgets. Those that a request leaves out stay as they are. */
export const settingsSchema = z.object({
  capacityProviderStrategy: z.array(share).optional(),
  launchType: z.string().optional(),
  platformVersion: z.string().optional(),
  availabilityZoneRebalancing: z.string().optional(),
  deploymentConfiguration: z.looseObject({}).optional(),
  enableECSManagedTags: z.boolean().optional(),
  enableExecuteCommand: z.boolean().optional(),
  healthCheckGracePeriodSeconds: z.number().optional(),
});

export type Settings = z.output<typeof settingsSchema>;

/** Only what was given, so that it can be laid over what was there. */
export const given = (settings: Settings): Settings =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));

/** A description has the one or the other: where tasks run, or the shares in which they are placed. */
export function placement({ capacityProviderStrategy: shares = [], launchType, platformVersion }: Settings) {
  const isFargate =
    launchType === "FARGATE" || shares.some(({ capacityProvider }) => capacityProvider.startsWith("FARGATE"));
  return {
    ...(shares.length > 0
      ? { capacityProviderStrategy: shares, launchType: undefined }
      : { launchType: launchType ?? "EC2" }),
    ...(isFargate ? { platformVersion: platformVersion ?? "LATEST", platformFamily: "Linux" } : {}),
  };
}
