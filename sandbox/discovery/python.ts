import { join } from "node:path";
import { findExecutable, outputOf } from "./software.ts";

/** The oldest release of moto whose behaviour the corrections and emulations were written against. */
export const MOTO_REQUIREMENT = "moto[server]>=5.2,<6";

export type MotoSearch =
  | { readonly kind: "found"; readonly python: string; readonly version: string }
  | { readonly kind: "missing"; readonly reason: string };

/** Finding the module costs 50 ms, importing it a second. */
const PROBE = `
import importlib.util as u, importlib.metadata as m
missing = [n for n in ("moto", "flask", "flask_cors", "werkzeug") if u.find_spec(n) is None]
print("missing" if missing else m.version("moto"))
`;

const motoVersion = async (python: string): Promise<string | undefined> => {
  const answer = (await outputOf(python, ["-c", PROBE]))?.trim();
  return answer !== undefined && /^5\.([2-9]|\d\d)/.test(answer) ? answer : undefined;
};

/** Python with moto's server: one on the PATH, else the private environment, which is made when it is missing. */
export async function ensureMoto(
  directory: string,
  progress: (line: string) => void,
  path?: string,
): Promise<MotoSearch> {
  const environment = join(directory, "venv");
  const inEnvironment = join(environment, "bin", "python");
  const onPath: string[] = [];
  for (const name of ["python3", "python"]) {
    const python = await findExecutable(name, path);
    if (python !== undefined) {
      onPath.push(python);
    }
  }
  for (const python of [...onPath, inEnvironment]) {
    const version = await motoVersion(python);
    if (version !== undefined) {
      return { kind: "found", python, version };
    }
  }
  const base = onPath[0];
  if (base === undefined) {
    return missing("python 3 is not on the PATH; install it with: apt-get install python3 python3-venv");
  }
  progress(`installing ${MOTO_REQUIREMENT} into ${environment}`);
  const installed =
    (await outputOf(base, ["-m", "venv", environment])) !== undefined &&
    (await outputOf(inEnvironment, [
      "-m",
      "pip",
      "install",
      "--quiet",
      "--retries",
      "1",
      MOTO_REQUIREMENT,
    ])) !== undefined;
  const version = installed ? await motoVersion(inEnvironment) : undefined;
  return version === undefined
    ? missing(
        `moto's server is not installed and could not be; install it with: ${base} -m pip install '${MOTO_REQUIREMENT}'`,
      )
    : { kind: "found", python: inEnvironment, version };
}

const missing = (reason: string): MotoSearch => ({ kind: "missing", reason });
