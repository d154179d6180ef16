import { z } from "zod";
import { logRetentionDays, privateCidrBlock, section } from "../config/fields.ts";

/** Zones by letter: addresses belong to the letter, so that adding or removing a zone moves no subnet (T12). */
const ZONE_LETTERS = ["a", "b", "c", "d", "e", "f"] as const;

const nat = z.enum(["none", "single", "per-zone"]);
type Nat = z.output<typeof nat>;

const network = (defaults: { readonly nat: Nat }) =>
  section({
    cidr: privateCidrBlock(16, 20).describe(
      "private IPv4 range of the VPC, /16 to /20; the members of a pair must not overlap",
    ),
    zones: z
      .array(z.literal(ZONE_LETTERS))
      .min(2, { error: "a load balancer needs two zones; name 2 or 3 zone letters" })
      .max(3, { error: "more zones than addresses are planned for; name 2 or 3 zone letters" })
      .refine((zones) => new Set(zones).size === zones.length, {
        error: "a zone is named twice; name each once",
      })
      .default(["a", "b"])
      .describe("letters of the availability zones, 2 or 3"),
    nat: nat
      .default(defaults.nat)
      .describe("NAT gateways: none (VPC endpoints only), one for all zones, or one per zone"),
    interfaceEndpoints: z
      .boolean()
      .default(false)
      .describe(
        "private endpoints for ECR, CloudWatch Logs, Secrets Manager, KMS, STS and SSM messages; needed when nat is none",
      ),
    flowLogs: section({
      enabled: z.boolean().default(true).describe("record the VPC's traffic in CloudWatch Logs"),
      retentionDays: logRetentionDays().default(90).describe("days that flow logs are kept"),
    })
      .prefault({})
      .describe("VPC flow logs"),
  }).describe("VPC, subnets and ways out");

/** The VPC of an environment. */
export const networkSchema = network({ nat: "per-zone" });
/** The VPC of a standby. */
export const standbyNetworkSchema = network({ nat: "single" });

/** Validated network settings. */
export type NetworkConfig = z.output<typeof networkSchema>;
/** Letter of an availability zone. */
export type ZoneLetter = (typeof ZONE_LETTERS)[number];
