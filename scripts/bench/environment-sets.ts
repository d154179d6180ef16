import { readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const forward = (path: string): string => `export { default } from ${JSON.stringify(resolve(path))};\n`;

/** The default environments with failover records: bootstrap, dev, prod, dr and traffic. */
export function writeFiveStacks(folder: string): void {
  for (const name of readdirSync("environments").filter((one) => one.endsWith(".ts")))
    writeFileSync(join(folder, name), forward(join("environments", name)));
  writeFileSync(join(folder, "traffic.ts"), forward("examples/traffic-operator/traffic.ts"));
}

/** A project with a bootstrap environment and so many service environments, each with prod's features and addresses of its own. */
export function writeEnvironments(folder: string, count: number): void {
  for (const name of ["project.ts", "bootstrap.ts"])
    writeFileSync(join(folder, name), forward(join("environments", name)));
  for (let index = 1; index <= count; index += 1) {
    const text = `import prod from ${JSON.stringify(resolve("environments/prod.ts"))};
export default { ...prod, network: { ...prod.network, cidr: "10.${index}.0.0/16" } };
`;
    writeFileSync(join(folder, `env-${String(index).padStart(3, "0")}.ts`), text);
  }
}
