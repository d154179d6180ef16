import { everyResource } from "./every-resource.ts";

/** A key that never rotates protects ever more data with one secret (T35). */
export const keyRotation = everyResource({
  name: "key-rotation",
  summary: "every customer key rotates once a year",
  type: "aws_kms_key",
  holds: ({ body }) => body["enable_key_rotation"] === true,
  otherwise: ({ address, body }) => ({
    key: "",
    message: `${address} does not rotate, got ${String(body["enable_key_rotation"])}; build it as a CustomerKey`,
  }),
});
