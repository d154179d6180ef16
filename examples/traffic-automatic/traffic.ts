import { defineEnvironment } from "../../src/config/define.ts";

/** Users leave prod as soon as it stops answering; both load balancers are some that exist already. */
export default defineEnvironment({
  kind: "traffic",
  standby: "dr",
  zoneId: "Z0123456789ABCDEFGHIJ",
  zoneName: "example.com",
  recordName: "shop.example.com",
  mode: {
    by: "automatic",
    reason: "the standby's load balancer shows a maintenance page until dr is restored",
  },
  dualStack: true,
  healthCheck: { path: "/health", failureThreshold: 3, intervalSeconds: 10 },
  loadBalancers: {
    primary: {
      albDnsName: "shop-prod-1234567890.eu-west-1.elb.amazonaws.com",
      albZoneId: "Z32O12XQLNTSW2",
    },
    standby: {
      albDnsName: "shop-dr-0987654321.eu-central-1.elb.amazonaws.com",
      albZoneId: "Z215JYRZR1TBD5",
    },
  },
});
