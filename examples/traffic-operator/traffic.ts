import { defineEnvironment } from "../../src/config/define.ts";

/** Users reach prod until an operator puts the switch object in dr's region; see docs/traffic.md. */
export default defineEnvironment({
  kind: "traffic",
  standby: "dr",
  zoneId: "Z0123456789ABCDEFGHIJ",
  zoneName: "example.com",
  recordName: "shop.example.com",
  operators: ["arn:aws:iam::111122223333:role/people/on-call"],
});
