import { defineProject } from "../../src/config/define.ts";

export default defineProject({
  name: "shop",
  service: "storefront",
  accountId: "111122223333",
  regions: { primary: "eu-west-1", standby: "eu-central-1" },
  owner: "platform-team",
  costCenter: "cc-1042",
  repository: "https://git.example.com/shop/pilot-light",
});
