import { type ChildProcessByStdio, spawn } from "node:child_process";
import { openSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { Writable } from "node:stream";

/**
 * Reads the ids of groups, `+ID` one that began and `-ID` one that ended. Its input ends with the
 * process that writes to it, be it by SIGKILL: then it kills the groups that are left. One that was
 * started in that very moment has not told its id, and is found by the file that it has open.
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
for id in $groups; do kill -s KILL -- "-$id"; done
[ -n "$1" ] && ls -l /proc/[0-9]*/fd/3 | while read -r line; do
  case $line in
    */proc/*/fd/3" -> $1 (deleted)") id=\${line#*/proc/}; kill -s KILL -- "-\${id%%/*}" ;;
  esac
done`;

interface Guard {
  readonly child: ChildProcessByStdio<Writable, null, null>;
  /** What the programs of this process have open beside their input and outputs. */
  readonly extra: readonly number[];
}

let guard: Guard | undefined;

/**
 * Starts, before the first program, what ends the groups of this process if nothing in it can.
 *
 * @param stdio a program's input and outputs
 * @returns the same, with what it is known by behind them
 */
export function guarded<Stdio extends readonly unknown[]>(stdio: Stdio): Stdio {
  guard ??= started();
  return [...stdio, ...guard.extra] as unknown as Stdio; // Node's types speak of the first three
}

function started(): Guard {
  const mark = openMark();
  const child = spawn("/bin/sh", ["-c", SCRIPT, "llm-do-guard", mark?.path ?? ""], {
    cwd: "/",
    env: {},
    detached: true, // the signals that end this process are not for it
    stdio: ["pipe", "ignore", "ignore"],
  });
  // Where it cannot be started, the handlers of this process have to do.
  child.on("error", () => undefined);
  child.stdin.on("error", () => undefined);
  child.unref();
  if ("unref" in child.stdin && typeof child.stdin.unref === "function") child.stdin.unref();
  return { child, extra: mark ? [mark.fd] : [] };
}

/** An open file that no other process has, and that stands nowhere; undefined where it cannot be made. */
function openMark(): { readonly path: string; readonly fd: number } | undefined {
  if (process.platform !== "linux") return undefined; // known by /proc
  const path = join(tmpdir(), `llm-do-${process.pid}-${globalThis.crypto.randomUUID()}`);
  try {
    const fd = openSync(path, "wx");
    unlinkSync(path);
    return { path, fd };
  } catch {
    return undefined;
  }
}

export function guardGroup(groupId: number): void {
  guard?.child.stdin.write(`+${groupId}\n`);
}

export function unguardGroup(groupId: number): void {
  guard?.child.stdin.write(`-${groupId}\n`);
}
