import { type ChildProcessByStdio, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { openSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { END_SIGNALS } from "../interrupts.ts";

/** How long a group that was asked to end may take to do so. */
const GRACE_MS = 2_000;
/**
 * The same for what is left when the program itself is gone and its outputs are closed. Short,
 * because where nobody collects orphans, as in many containers, dead ones stay in the group.
 */
const LEFTOVER_GRACE_MS = 200;
const POLL_MS = 20;

/**
 * Asks all processes of a group to end and kills those that do not. Resolves when it has.
 *
 * @param isOver whether the program that leads the group is gone and its outputs are closed
 */
export async function endGroup(groupId: number, isOver: () => boolean): Promise<void> {
  if (!signalGroup(groupId, "SIGTERM")) return;
  signalGroup(groupId, "SIGCONT"); // a stopped process takes no other signal
  let leftMs = GRACE_MS;
  while (leftMs > 0) {
    if (isOver()) leftMs = Math.min(leftMs, LEFTOVER_GRACE_MS);
    await delay(POLL_MS);
    leftMs -= POLL_MS;
    if (!signalGroup(groupId, 0)) return;
  }
  signalGroup(groupId, "SIGKILL");
}

/** Whether there was anybody in the group who could be sent the signal; 0 only asks. */
function signalGroup(groupId: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-groupId, signal);
  } catch {
    // ESRCH: nobody is left. EPERM: they belong to somebody else, by sudo for example.
    return false;
  }
}

/** The groups of this process that run now, whoever started them. */
const live = new Set<number>();

/**
 * Makes a group end with this process, whatever ends it. The guard is there before, see
 * {@link guarded}, so that there is no moment without one.
 *
 * @returns what lets go of a group that has ended
 */
export function endWithProcess(groupId: number): () => void {
  if (live.size === 0) {
    process.on("exit", killAll);
    for (const signal of END_SIGNALS) process.on(signal, onSignal);
  }
  live.add(groupId);
  guardGroup(groupId);
  return () => {
    if (!live.delete(groupId)) return;
    unguardGroup(groupId);
    if (live.size === 0) stopListening();
  };
}

function killAll(): void {
  for (const groupId of live) signalGroup(groupId, "SIGKILL");
}

/** Ends the process as the signal would have, after its groups. */
function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return; // somebody else decides what comes of it
  killAll();
  stopListening();
  process.kill(process.pid, signal);
}

function stopListening(): void {
  process.off("exit", killAll);
  for (const signal of END_SIGNALS) process.off(signal, onSignal);
}

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
  const path = join(tmpdir(), `llm-do-${process.pid}-${randomUUID()}`);
  try {
    const fd = openSync(path, "wx");
    unlinkSync(path);
    return { path, fd };
  } catch {
    return undefined;
  }
}

function guardGroup(groupId: number): void {
  guard?.child.stdin.write(`+${groupId}\n`);
}

function unguardGroup(groupId: number): void {
  guard?.child.stdin.write(`-${groupId}\n`);
}
