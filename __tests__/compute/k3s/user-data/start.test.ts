import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CA_HASH, LEASE, Region } from "./machine.ts";

let region: Region;
beforeEach(() => {
  region = new Region();
});
afterEach(() => {
  region.remove();
});

const CONFIG = "etc/rancher/k3s/config.yaml";
const TOKEN = "etc/rancher/k3s/token";
const RESTORES = /^k3s server .*--cluster-reset /;
const ENDS = /^shutdown/;

const ready = (generation: string, token = generation) =>
  `${generation} ${token} ready 10.20.0.7 ${CA_HASH}\n`;
const snapshot = (stamp: string, token: string, cluster = "shop-prod") =>
  `cluster/snapshots/${stamp}.${token}.${cluster}`;
const tokens = (id: string, value: string) => {
  region.put(`cluster/tokens/server/${id}`, value);
  region.put(`cluster/tokens/agent/${id}`, `agent-${value}`);
};

describe("the first server", () => {
  it("begins a cluster with tokens that nobody made before", async () => {
    const node = region.node("i-first");
    expect(await node.server()).toMatchObject({ exitCode: 0 });
    expect(node.read(CONFIG)).toContain("cluster-init: true");
    expect(node.read(CONFIG)).not.toContain("server:");
    expect(region.get(LEASE)).toBe("i-first none starting none none");
    const token = region.get("cluster/tokens/server/i-first");
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(node.read(TOKEN)).toBe(token);
    expect(region.get("cluster/tokens/agent/i-first")).toMatch(/^[0-9a-f]{64}$/);
    expect(region.get("cluster/tokens/agent/i-first")).not.toBe(token);
    expect(node.calls(RESTORES)).toEqual([]);
    expect(node.calls(/enable --now/)).toHaveLength(1);
  });

  it("restores the newest snapshot, whichever region it is from, with the token of that snapshot", async () => {
    tokens("i-abroad", "abroad");
    tokens("i-old", "old");
    region.put(snapshot("20260131T030000Z", "i-abroad", "shop-prod"), "token abroad");
    region.put(snapshot("20251231T030000Z", "i-old", "shop-dr"), "token old");
    const node = region.node("i-first");
    expect(await node.server()).toMatchObject({ exitCode: 0 });
    expect(node.calls(RESTORES)).toHaveLength(1);
    expect(node.read(TOKEN)).toBe("abroad");
    expect(node.read("etc/rancher/k3s/agent-token")).toBe("agent-abroad");
    expect(node.read(CONFIG)).toContain("cluster-init: true");
    expect(region.keys("cluster/tokens/server/")).toHaveLength(2);
  });

  it("takes the snapshot before one that is damaged, or whose token has not arrived", async () => {
    tokens("i-old", "old");
    tokens("i-new", "new");
    region.put(snapshot("20260103T000000Z", "i-lost"), "token lost");
    region.put(snapshot("20260102T000000Z", "i-new"), "damaged");
    region.put(snapshot("20260101T000000Z", "i-old"), "token old");
    const node = region.node("i-first");
    expect(await node.server()).toMatchObject({ exitCode: 0 });
    expect(node.read(TOKEN)).toBe("old");
    expect(node.read("opt/pilot-light/token-id")).toBe("i-old");
  });

  it("ends rather than begin from nothing when there are snapshots that can't be restored", async () => {
    tokens("i-new", "new");
    region.put(snapshot("20260102T000000Z", "i-new"), "damaged");
    const node = region.node("i-first");
    expect((await node.server()).exitCode).toBe(1);
    expect(node.calls(ENDS)).toHaveLength(1);
    expect(node.calls(/enable/)).toEqual([]);
  });

  it("is whoever finds a lease that shows no life, but not before", async () => {
    region.put(LEASE, ready("i-gone"), 9);
    region.unset("cacerts");
    const early = region.node("i-early");
    await early.server();
    expect(early.read(CONFIG)).toBeUndefined();
    region.put(LEASE, ready("i-gone"), 11);
    const late = region.node("i-late");
    expect(await late.server()).toMatchObject({ exitCode: 0 });
    expect(region.get(LEASE)).toBe("i-late none starting none none");
    expect(late.read(CONFIG)).toContain("cluster-init: true");
  });
});

describe("another server", () => {
  it("joins the cluster that is ready, and proves it before it tells its token", async () => {
    tokens("i-born", "secret");
    region.put(LEASE, ready("i-first", "i-born"));
    const node = region.node("i-second");
    expect(await node.server()).toMatchObject({ exitCode: 0 });
    expect(node.read(CONFIG)).toContain("server: https://10.20.0.7:6443");
    expect(node.read(CONFIG)).not.toContain("cluster-init");
    expect(node.read(TOKEN)).toBe(`K10${CA_HASH}::server:secret`);
    expect(region.get(LEASE)).toBe(ready("i-first", "i-born").trim());
  });

  it("is not misled by somebody else who answers at the cluster's address", async () => {
    tokens("i-first", "secret");
    region.put(LEASE, ready("i-first").replace(CA_HASH, "0".repeat(64)));
    const node = region.node("i-second");
    await node.server();
    expect(node.read(CONFIG)).toBeUndefined();
    expect(node.read(TOKEN)).toBeUndefined();
  });

  it("loses the race for a lease, whoever starts at the same moment", async () => {
    region.set("patience");
    const nodes = ["i-1", "i-2", "i-3", "i-4", "i-5"].map((name) => region.node(name));
    const runs = nodes.map((node) => node.server());
    await Promise.race(runs);
    const begun = () => nodes.filter((node) => node.read("opt/pilot-light/generation") !== undefined);
    expect(begun()).toHaveLength(1);
    const first = begun()[0];
    const name = region.get(LEASE)?.split(" ")[0] ?? "";
    expect(first?.read("opt/pilot-light/generation")).toBe(name);
    region.put(LEASE, ready(name));
    expect(await Promise.all(runs)).toEqual(
      nodes.map(() => expect.objectContaining({ exitCode: 0 }) as unknown),
    );
    const configs = nodes.map((node) => node.read(CONFIG) ?? "");
    expect(configs.filter((config) => config.includes("cluster-init"))).toHaveLength(1);
    expect(configs.filter((config) => config.includes("server: https://10.20.0.7:6443"))).toHaveLength(4);
    expect(region.keys("cluster/tokens/server/")).toEqual([`cluster/tokens/server/${name}`]);
  });

  it("begins nothing while S3 does not answer, and says so", async () => {
    region.set("s3-is-away");
    const node = region.node("i-first");
    const { log } = await node.server();
    expect(log).toContain("the lease can't be read: Could not connect to the endpoint URL");
    expect(node.calls(/put-object/)).toEqual([]);
    expect(node.read(CONFIG)).toBeUndefined();
    region.unset("s3-is-away");
    expect(region.keys("")).toEqual([]);
  });
});

describe("a worker", () => {
  it("joins weeks later, with the agents' token only", async () => {
    tokens("i-born", "secret");
    region.put(LEASE, ready("i-first", "i-born"));
    const node = region.node("i-worker");
    expect(await node.worker()).toMatchObject({ exitCode: 0 });
    expect(node.read(CONFIG)).toContain("server: https://10.20.0.7:6443");
    expect(node.read(TOKEN)).toBe(`K10${CA_HASH}::node:agent-secret`);
    expect(node.calls(/tokens\/server/)).toEqual([]);
    expect(node.read("etc/systemd/system/k3s.service")).toContain("k3s agent");
    expect(node.calls(/put-object|list-objects/)).toEqual([]);
  });

  it.each([
    ["begins", "i-first none starting none none\n", 0],
    ["has shown no life", ready("i-first"), 11],
  ])("waits while a cluster %s", async (_, lease, age) => {
    tokens("i-first", "secret");
    region.put(LEASE, lease, age);
    const node = region.node("i-worker");
    await node.worker();
    expect(node.calls(/^waits/).length).toBeGreaterThan(3);
    expect(node.read(CONFIG)).toBeUndefined();
  });

  it("follows a restored cluster to its new servers without ending its containers", async () => {
    tokens("i-born", "secret");
    region.put(LEASE, ready("i-first", "i-born"));
    const node = region.node("i-worker");
    await node.worker();
    await node.worker("tick");
    expect(node.calls(/restart/)).toEqual([]);
    region.put(LEASE, ready("i-next", "i-born").replace("10.20.0.7", "10.20.4.9"));
    expect(await node.worker("tick")).toMatchObject({ exitCode: 0 });
    expect(node.read(CONFIG)).toContain("server: https://10.20.4.9:6443");
    expect(node.calls(/restart/)).toEqual(["systemctl restart --no-block k3s.service"]);
    expect(node.read("etc/systemd/system/k3s.service")).toContain("KillMode=process");
    expect(node.calls(ENDS)).toEqual([]);
  });

  it("ends when the cluster is another one, and stays when S3 is away", async () => {
    tokens("i-born", "secret");
    tokens("i-next", "other");
    region.put(LEASE, ready("i-first", "i-born"));
    const node = region.node("i-worker");
    await node.worker();
    region.set("s3-is-away");
    expect(await node.worker("tick")).toMatchObject({ exitCode: 0 });
    expect(node.calls(ENDS)).toEqual([]);
    region.unset("s3-is-away");
    region.put(LEASE, ready("i-next"));
    await node.worker("tick");
    expect(node.calls(ENDS)).toHaveLength(1);
  });
});
