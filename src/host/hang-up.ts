import { readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import process from "node:process";

/** Bit of SIGHUP in the masks of `/proc/PID/status`. */
const SIGHUP_BIT = 1n;
/** How a file was opened, in the octal flags of `/proc/self/fdinfo/N`. */
const ACCESS_MODE = 3;
const WRITE_ONLY = 1;

/**
 * Returns true where this process was started to survive its terminal, as by `nohup`. Node takes back
 * that SIGHUP is ignored before any code runs, so this follows from what `nohup` leaves behind: the
 * name in `_`, which bash and zsh set; a standard input that cannot be read; a parent that ignores
 * the signal as well.
 */
export function ignoresHangUp(env: NodeJS.ProcessEnv = process.env): boolean {
  return basename(env["_"] ?? "") === "nohup" || hasDeadInput() || parentIgnores();
}

/** GNU nohup opens /dev/null for writing in the place of a terminal. */
function hasDeadInput(): boolean {
  try {
    if (readlinkSync("/proc/self/fd/0") !== "/dev/null") return false;
    const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync("/proc/self/fdinfo/0", "utf8"))?.[1];
    return (Number.parseInt(flags ?? "0", 8) & ACCESS_MODE) === WRITE_ONLY;
  } catch {
    return false; // no such system
  }
}

function parentIgnores(): boolean {
  try {
    const status = readFileSync(`/proc/${process.ppid}/status`, "utf8");
    const mask = /^SigIgn:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? "0";
    return (BigInt(`0x${mask}`) & SIGHUP_BIT) !== 0n;
  } catch {
    return false; // no such system
  }
}
