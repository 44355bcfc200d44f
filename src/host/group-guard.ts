import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Writable } from "node:stream";

/**
 * Reads the ids of groups, `+ID` one that began and `-ID` one that ended. Its input ends with the
 * process that writes to it, be it by SIGKILL: then it kills the groups that are left.
 */
const SCRIPT = `trap '' INT TERM HUP
groups=' '
while read -r line; do
  id=\${line#?}
  case $line in
    +*) groups="$groups$id " ;;
    -*) groups="\${groups%% $id *} \${groups#* $id }" ;;
  esac
done
for id in $groups; do kill -s KILL -- "-$id"; done`;

let guard: ChildProcessByStdio<Writable, null, null> | undefined;

/** Starts what ends the groups of this process if nothing in it can; once, before the first group. */
export function startGroupGuard(): void {
  if (guard) return;
  guard = spawn("/bin/sh", ["-c", SCRIPT], {
    cwd: "/",
    env: {},
    detached: true, // the signals that end this process are not for it
    stdio: ["pipe", "ignore", "ignore"],
  });
  // Where it cannot be started, the handlers of this process have to do.
  guard.on("error", () => undefined);
  guard.stdin.on("error", () => undefined);
  guard.unref();
  if ("unref" in guard.stdin && typeof guard.stdin.unref === "function") guard.stdin.unref();
}

export function guardGroup(groupId: number): void {
  guard?.stdin.write(`+${groupId}\n`);
}

export function unguardGroup(groupId: number): void {
  guard?.stdin.write(`-${groupId}\n`);
}
