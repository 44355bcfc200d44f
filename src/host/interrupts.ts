import { readFileSync, readlinkSync } from "node:fs";
import { constants } from "node:os";
import { basename } from "node:path";
import process from "node:process";

/** The signals that a person, a supervisor and a terminal that closes end a program with. */
export const END_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

type EndSignal = (typeof END_SIGNALS)[number];

/** Exit code of a process that a signal ended, as a shell gives it: 130, 143 or 129. */
export function signalExitCode(signal: EndSignal): number {
  return 128 + constants.signals[signal];
}

/**
 * A second signal of this kind that comes so soon is the same one: npx and shells hand on a Ctrl-C
 * that the terminal sent to all of them.
 */
const SAME_SIGNAL_MS = 100;

/** What ends this process from outside. */
interface Interrupts {
  /** Aborts at the first signal; its reason is an Error that says what it was interrupted by. */
  readonly signal: AbortSignal;
  /** The first signal that came; undefined before. */
  readonly first: EndSignal | undefined;
  /** Aborts as a signal does, with another reason. */
  readonly end: (reason: Error) => void;
  /** There is nothing to clean up any more: the next signal ends the process. */
  endAtFirst(): void;
}

/**
 * Takes the signals that end a program in their place, so that it can clean up first.
 *
 * @param endNow called at the second Ctrl-C or SIGTERM: nothing is to be waited for any longer. A
 * SIGHUP does not count, because a terminal that closes sends several.
 */
export function listenForInterrupts(endNow: (signal: EndSignal) => void): Interrupts {
  const controller = new AbortController();
  let first: EndSignal | undefined;
  let asked = 0;
  let isCleanedUp = false;
  const lastMs = new Map<EndSignal, number>();
  for (const signal of END_SIGNALS) {
    process.on(signal, () => {
      if (signal === "SIGHUP" && ignoresHangUp()) return;
      if (isCleanedUp) endNow(signal);
      const nowMs = performance.now();
      const isSame = nowMs - (lastMs.get(signal) ?? Number.NEGATIVE_INFINITY) < SAME_SIGNAL_MS;
      lastMs.set(signal, nowMs);
      if (isSame) return;
      if (signal !== "SIGHUP") asked++;
      if (asked > 1) endNow(signal);
      first ??= signal;
      controller.abort(interruption(signal));
    });
  }
  return {
    signal: controller.signal,
    get first() {
      return first;
    },
    end: (reason) => controller.abort(reason),
    endAtFirst() {
      isCleanedUp = true;
    },
  };
}

function interruption(signal: EndSignal): Error {
  return new Error(signal === "SIGINT" ? "it was interrupted" : `it was interrupted by ${signal}`);
}

/**
 * Remembers who listens to interrupts. Disposing of it takes away whoever came since: libraries that
 * end the process on their own leave it no time to clean up.
 */
export function keepInterruptListeners(): Disposable {
  const before = END_SIGNALS.map((signal) => new Set(process.listeners(signal)));
  return {
    [Symbol.dispose]() {
      for (const [index, signal] of END_SIGNALS.entries()) {
        for (const listener of process.listeners(signal)) {
          if (!before[index]?.has(listener)) process.off(signal, listener);
        }
      }
    },
  };
}

let interrupted: AbortController | undefined;

/**
 * Aborts when a person interrupts this process, or its terminal closes; it then ends only when its
 * work has. For processes that another one started, and ends by SIGTERM.
 */
export function interruptSignal(): AbortSignal {
  if (interrupted) return interrupted.signal;
  const controller = new AbortController();
  interrupted = controller;
  for (const signal of ["SIGINT", "SIGHUP"] as const) {
    process.once(signal, () => {
      if (signal === "SIGINT" || !ignoresHangUp()) controller.abort(interruption(signal));
    });
  }
  return controller.signal;
}

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
function ignoresHangUp(env: NodeJS.ProcessEnv = process.env): boolean {
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
