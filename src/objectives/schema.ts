import { z } from "zod";
import { section } from "../config/fields.ts";

const targetHours = () => z.number().positive().max(8760);
const minutes = () => z.int().min(0).max(10_080);

const allowancesSchema = section({
  declareMinutes: minutes()
    .default(30)
    .describe("until someone is awake, has declared the disaster and has fenced the primary"),
  chooseRecoveryPointMinutes: minutes().default(10).describe("to choose and check the recovery point"),
  restoreMinutes: minutes().default(30).describe("until RDS reports the restored instance as available"),
  warmUpMiBPerSecond: z
    .number()
    .positive()
    .default(100)
    .describe("rate at which a restored volume is read from S3 before it is as fast as before (T21)"),
  logReplayMinutes: minutes()
    .default(30)
    .describe("to replay up to a day of transaction logs; only automated-backups does"),
  scaleMinutes: minutes().default(10).describe("until the tasks or nodes run"),
  openIngressMinutes: minutes().default(5).describe("to open the load balancer to the public"),
  manualDnsMinutes: minutes()
    .default(15)
    .describe("to change DNS by hand, its TTL included; without a traffic stack"),
  validateMinutes: minutes().default(15).describe("to prove from outside that the service works"),
  hardenMinutes: minutes()
    .default(60)
    .describe("until the restored database is in a second zone, once users are served: no part of the RTO"),
}).describe("time that the steps of a recovery may take: estimates until a drill has measured them");

/** What a standby promises. */
export const objectivesSchema = section({
  rtoHours: targetHours()
    .default(4)
    .describe("hours from the declaration until the service works again, at most"),
  rpoHours: targetHours().default(24).describe("hours of lost data, at most"),
  allowances: allowancesSchema.prefault({}),
}).describe("recovery objectives; checked once database.recovery is chosen");
