import { z } from "zod";
import { readJson } from "../../gateway/input.ts";
import type { Actions } from "./actions.ts";
import type { BackupContext } from "./state.ts";

const TYPES = [
  "Aurora",
  "CloudFormation",
  "DocumentDB",
  "DynamoDB",
  "EBS",
  "EC2",
  "EFS",
  "FSx",
  "Neptune",
  "RDS",
  "Redshift",
  "S3",
  "SAP HANA on Amazon EC2",
  "Storage Gateway",
  "Timestream",
  "VirtualMachine",
] as const;

/** What AWS Backup may protect in a new account: all but what came later and has to be opted in to. */
export const isOptedIn = (optIns: Readonly<Record<string, boolean>>, type: string): boolean =>
  optIns[type] ?? true;

const preferences = z.record(z.string(), z.boolean()).optional();
const regionInput = z.object({
  ResourceTypeOptInPreference: preferences,
  ResourceTypeManagementPreference: preferences,
});
const globalInput = z.object({ GlobalSettings: z.record(z.string(), z.string()).optional() });

/** Settings of a region and of the account. */
export function settingsActions(context: BackupContext): Actions {
  const account = { settings: { isCrossAccountBackupEnabled: "false" }, updatedAt: context.now() };
  return {
    DescribeRegionSettings(call) {
      const { optIns, management } = context.regions.in(call.region);
      return {
        ResourceTypeOptInPreference: Object.fromEntries(TYPES.map((type) => [type, isOptedIn(optIns, type)])),
        ResourceTypeManagementPreference: { DynamoDB: true, EFS: true, ...management },
      };
    },
    async UpdateRegionSettings(call) {
      const input = await readJson(call, regionInput);
      const state = context.regions.in(call.region);
      state.optIns = { ...state.optIns, ...input.ResourceTypeOptInPreference };
      state.management = { ...state.management, ...input.ResourceTypeManagementPreference };
    },
    DescribeGlobalSettings: () => ({
      GlobalSettings: account.settings,
      LastUpdateTime: account.updatedAt,
    }),
    async UpdateGlobalSettings(call) {
      const { GlobalSettings = {} } = await readJson(call, globalInput);
      account.settings = { ...account.settings, ...GlobalSettings };
      account.updatedAt = context.now();
    },
  };
}
