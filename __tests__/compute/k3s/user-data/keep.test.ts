import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CA_HASH, LEASE, Region } from "./machine.ts";

let region: Region;
beforeEach(() => {
  region = new Region();
});
afterEach(() => {
  region.remove();
});

const ENDS = /^shutdown/;

const ready = (generation: string) => `${generation} ${generation} ready 10.20.0.7 ${CA_HASH}\n`;
const snapshot = (stamp: string, token: string, cluster = "shop-prod") =>
  `cluster/snapshots/${stamp}.${token}.${cluster}`;
const minutesAgo = (minutes: number) =>
  new Date(Date.now() - minutes * 60_000).toISOString().replaceAll(/[-:]|\.\d+/g, "");

describe("a server, every minute", () => {
  const SERVICE = "# database-secret: arn:aws:secretsmanager:eu-west-1:1:secret:rds!db-1\nkind: List\n";

  async function running() {
    region.put("region/service.yaml", SERVICE);
    region.set("instances", "i-first\ni-worker\n");
    region.set("nodes", "node/i-first\nnode/i-worker\nnode/i-gone\n");
    const node = region.node("i-first");
    await node.server();
    return node;
  }

  it("calls the cluster ready, once it is and the service of this region is applied", async () => {
    const node = await running();
    await node.server("tick");
    expect(region.get(LEASE)).toContain("starting");
    node.becomeReady();
    expect(await node.server("tick")).toMatchObject({ exitCode: 0 });
    expect(region.get(LEASE)).toBe(ready("i-first").trim());
    const order = node.calls(/apply|lease --body .*renewed/).map((call) => /apply|renewed/.exec(call)?.[0]);
    expect(order).toEqual(["apply", "apply", "renewed"]);
    expect(node.calls(/complete-lifecycle-action/)).toHaveLength(1);
    expect(node.calls(/get-secret-value .*rds!db-1/)).toHaveLength(1);
  });

  it("does not call it ready while the service can't be applied, but keeps alive what was", async () => {
    const node = await running();
    node.becomeReady();
    region.put("region/service.yaml", "");
    await node.server("tick");
    expect(region.get(LEASE)).toContain("starting");
    region.put(LEASE, ready("i-first"), 5);
    await node.server("tick");
    expect(node.calls(/--if-match/)).toHaveLength(1);
  });

  it("forgets nodes whose instance is gone, and no other", async () => {
    const node = await running();
    node.becomeReady();
    await node.server("tick");
    expect(node.calls(/kubectl delete/)).toEqual(["k3s kubectl delete node/i-gone --wait=false"]);
  });

  it("forgets nobody on an answer that lacks itself", async () => {
    const node = await running();
    region.set("instances", "i-worker\n");
    node.becomeReady();
    const { log } = await node.server("tick");
    expect(node.calls(/kubectl delete/)).toEqual([]);
    expect(log).toContain("forget_dead_nodes failed");
    // Nothing else waits for that.
    expect(region.get(LEASE)).toContain(" ready ");
  });

  it("saves the cluster's state when it is due, named by time, token and cluster", async () => {
    const node = await running();
    node.becomeReady();
    region.put(snapshot(minutesAgo(1), "i-abroad", "shop-dr"), "of another cluster");
    await node.server("tick");
    const mine = () => region.keys("cluster/snapshots/").filter((key) => key.endsWith(".i-first.shop-prod"));
    expect(mine()).toHaveLength(1);
    expect(region.get(mine()[0] ?? "")).toBe("state");
    await node.server("tick");
    expect(mine()).toHaveLength(1);
    expect(node.calls(/etcd-snapshot save/)).toHaveLength(1);
    const [report = ""] = node.calls(/put-metric-data/);
    expect(report).toMatch(
      /ReadyServers,Value=1,.*ReadyWorkers,Value=1,.*SnapshotAge,Unit=Seconds,Value=\d,/,
    );
  });

  it("saves nothing before the interval is over, and reports how old the last state is", async () => {
    const node = await running();
    node.becomeReady();
    region.put(snapshot(minutesAgo(59), "i-first"), "state");
    await node.server("tick");
    expect(node.calls(/etcd-snapshot save/)).toEqual([]);
    expect(node.calls(/SnapshotAge,Unit=Seconds,Value=35[34]\d,/)).toHaveLength(1);
  });

  it("ends when another cluster was begun meanwhile, so that two never go on", async () => {
    const node = await running();
    node.becomeReady();
    region.put(LEASE, ready("i-usurper"));
    await node.server("tick");
    expect(node.calls(/systemctl stop|shutdown/)).toEqual(["systemctl stop k3s.service", "shutdown -h now"]);
    expect(region.get(LEASE)).toContain("i-usurper");
    expect(region.keys("cluster/snapshots/")).toEqual([]);
  });

  it("goes on without S3", async () => {
    const node = await running();
    node.becomeReady();
    region.set("s3-is-away");
    expect(await node.server("tick")).toMatchObject({ exitCode: 0 });
    expect(node.calls(/systemctl stop|shutdown/)).toEqual([]);
  });

  it("does not wait for ever for a cluster that died while it joined", async () => {
    region.put("cluster/tokens/server/i-first", "secret");
    region.put("cluster/tokens/agent/i-first", "secret");
    region.put(LEASE, ready("i-first"));
    const node = region.node("i-second");
    await node.server();
    await node.server("tick");
    expect(node.calls(ENDS)).toEqual([]);
    region.put(LEASE, ready("i-first"), 11);
    await node.server("tick");
    expect(node.calls(ENDS)).toHaveLength(1);
  });
});
