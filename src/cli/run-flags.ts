import {
  CASSETTE_MODES,
  type CassetteMode,
  type CassetteOptions,
} from "../cassette/session-state.ts";
import { LlmDoError } from "../errors/llm-do-error.ts";
import { nearest } from "../errors/nearest.ts";
import type { Environment } from "../host/host.ts";
import type { WorkerLimits } from "../worker/limits.ts";

/** The flags of a run, as they come from the command line. */
export interface RunFlags {
  readonly entry?: string;
  readonly model?: string;
  readonly set?: readonly string[];
  readonly approveAll?: true;
  readonly rejectAll?: true;
  readonly headless?: true;
  readonly json?: true;
  readonly verbose?: number;
  readonly debug?: true;
  readonly cassette?: string;
  readonly mode?: string;
  readonly samples?: number;
  readonly script?: string;
  readonly tools?: "live" | "recorded";
  readonly maxDepth?: number;
  readonly maxCalls?: number;
  readonly maxTokens?: number;
  readonly maxUsd?: number;
  readonly timeout?: number;
}

const MS_PER_SECOND = 1000;

export function limitsOf(flags: RunFlags): WorkerLimits {
  const { maxDepth, maxCalls, maxTokens, maxUsd, timeout } = flags;
  return {
    ...(maxDepth === undefined ? {} : { maxDepth }),
    ...(maxCalls === undefined ? {} : { maxCalls }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(maxUsd === undefined ? {} : { maxUsd }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout * MS_PER_SECOND }),
  };
}

/**
 * What the flags say of the cassette; undefined for a run without one.
 *
 * @param command the command line, for the miss report's advice
 * @throws LlmDoError `usage` for a mode that is unknown or has no cassette
 */
export function cassetteOf(
  flags: RunFlags,
  env: Environment,
  command: readonly string[],
): Omit<CassetteOptions, "host" | "rules"> | undefined {
  const { cassette: path, tools, samples } = flags;
  const mode = modeOf(flags, env);
  if (mode === "live") return undefined;
  if (path === undefined) {
    const needing =
      flags.mode !== undefined ? "--mode" : samples ? "--samples" : tools && "--tools";
    if (needing === undefined) return undefined;
    throw usage(needing, "it needs a cassette", ["add --cassette FILE"]);
  }
  if (samples !== undefined && mode === "replay") {
    throw usage("--samples", "a replay records nothing", ["use --mode auto or --mode record"]);
  }
  const rerecord = rerecordCommand(command);
  return { path, mode, tools, rerecord, ...(samples === undefined ? {} : { samples }) };
}

function modeOf(flags: RunFlags, env: Environment): CassetteMode | "live" {
  const { mode } = flags;
  if (mode === undefined) return isCi(env) ? "replay" : "auto";
  const modes = [...CASSETTE_MODES, "live"] as const;
  const known = modes.find((name) => name === mode);
  if (known) return known;
  const near = nearest(mode, modes);
  throw usage(`--mode ${mode}`, `it must be one of ${modes.join(", ")}`, [
    `--mode ${near ?? "replay"}`,
  ]);
}

/** Whether `CI` is set, as CI services set it. */
function isCi(env: Environment): boolean {
  const ci = env["CI"];
  return ci !== undefined && ci !== "" && ci !== "false" && ci !== "0";
}

/** The same command line with `--mode record`. */
function rerecordCommand(command: readonly string[]): string {
  const kept = command.filter(
    (word, index) =>
      word !== "--mode" && command[index - 1] !== "--mode" && !word.startsWith("--mode="),
  );
  return ["llm-do", ...kept.map(shellQuote), "--mode", "record"].join(" ");
}

function shellQuote(word: string): string {
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function usage(what: string, reason: string, tries: readonly string[]): LlmDoError {
  return new LlmDoError({ code: "usage", verb: "run", what, reason, tries });
}
