import { ROOT, runNode } from "./command.ts";
import type { Finding } from "./figure.ts";
import { medianOf } from "./statistics.ts";

/** Node tells KiB, on every platform; a MB is 1024 of them, as process monitors have it. */
export const KIB_PER_MB = 1024;
const MS_PER_SECOND = 1000;

/** What a command took, from its start to its end. */
export interface Used {
  readonly tookMs: number;
  /** Of all its threads, the garbage collector's among them. */
  readonly cpuMs: number;
  readonly peakKib: number;
  readonly stdout: string;
}

/** Runs Node to its end and tells what it took. */
export function usedBy(args: readonly string[], cwd: string, codes?: readonly number[]): Used {
  const preloaded = ["--import", `${ROOT}bench/tell-usage.js`, ...args];
  const { tookMs, told, stdout } = runNode(preloaded, cwd, {}, codes);
  const { cpuMs, peakKib } = JSON.parse(told) as Pick<Used, "cpuMs" | "peakKib">; // tell-usage.js wrote it
  return { tookMs, cpuMs, peakKib, stdout };
}

/**
 * Both times of a command, under one bound: what else the machine does adds to the time that passes,
 * and hardly to the processor's.
 */
export function timesOf(what: string, rounds: readonly Used[], seconds: number): Finding[] {
  const time = (figure: string, ms: (round: Used) => number): Finding => ({
    figure,
    measured: medianOf(rounds, ms) / MS_PER_SECOND,
    bound: seconds,
    unit: "s",
  });
  return [
    time(what, ({ tookMs }) => tookMs),
    time(`processor time of ${what}`, ({ cpuMs }) => cpuMs),
  ];
}

/** @param megabytes the most that it may be; undefined: shown only */
export function memoryOf(
  what: string,
  rounds: readonly Used[],
  megabytes: number | undefined,
): Finding {
  return {
    figure: `peak memory of ${what}`,
    measured: medianOf(rounds, ({ peakKib }) => peakKib) / KIB_PER_MB,
    bound: megabytes,
    unit: "MB",
  };
}
