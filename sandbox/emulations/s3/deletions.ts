import { XMLParser } from "fast-xml-parser";
import { z } from "zod";

const deletionSchema = z.object({
  Delete: z
    .object({ Object: z.array(z.object({ Key: z.string(), VersionId: z.string().optional() })) })
    .optional(),
  DeleteResult: z.object({ Error: z.array(z.object({ Key: z.string() })).default([]) }).optional(),
});
const deletionParser = new XMLParser({
  parseTagValue: false,
  removeNSPrefix: true,
  trimValues: false,
  isArray: (name) => name === "Object" || name === "Error",
});

const readDeletion = (xml: string) => deletionSchema.safeParse(deletionParser.parse(xml)).data;

/** Keys whose deletion in a `DeleteObjects` request leaves a delete marker. */
export const keysWithoutVersion = (xml: string): string[] =>
  (readDeletion(xml)?.Delete?.Object ?? []).flatMap(({ Key, VersionId }) =>
    VersionId === undefined ? [Key] : [],
  );

/** Keys that a reply to `DeleteObjects` says were not deleted. */
export const refusedKeys = (xml: string): ReadonlySet<string> =>
  new Set(readDeletion(xml)?.DeleteResult?.Error.map(({ Key }) => Key));
