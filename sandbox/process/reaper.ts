import { spawn, type ChildProcess } from "node:child_process";
import { Socket } from "node:net";

/**
 * A shell that outlives us by a moment. It knows the process groups we started and ends them when its standard input
 * closes, which happens however we end: SIGKILL, a crash, a closed terminal. Its own session keeps Ctrl-C from it.
 */
const REAPER = `
trap '' INT TERM HUP
groups=
while read -r verb group; do
  case $verb in
    add) groups="$groups $group" ;;
    remove) kept=; for each in $groups; do [ "$each" = "$group" ] || kept="$kept $each"; done; groups=$kept ;;
  esac
done
[ -n "$groups" ] || exit 0
for each in $groups; do kill -INT -"$each" 2>/dev/null; done
for wait in 1 2 3 4 5 6 7 8 9 10; do
  left=; for each in $groups; do kill -0 -"$each" 2>/dev/null && left=1; done
  [ -n "$left" ] || exit 0
  sleep 0.5
done
for each in $groups; do kill -KILL -"$each" 2>/dev/null; done
`;

let shell: ChildProcess | undefined;

function reaper(): ChildProcess {
  if (shell === undefined || shell.exitCode !== null) {
    shell = spawn("/bin/sh", ["-c", REAPER], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
    shell.unref();
    // The pipe must not keep our own process alive.
    if (shell.stdin instanceof Socket) {
      shell.stdin.unref();
    }
  }
  return shell;
}

/** Ends the child's process group when we end, unless the child has ended before. The child must be detached. */
export function reap(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) {
    return;
  }
  const { stdin } = reaper();
  stdin?.write(`add ${pid}\n`);
  child.once("exit", () => {
    stdin?.write(`remove ${pid}\n`);
  });
}
