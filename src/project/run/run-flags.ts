import { defaultMode } from "../../cassette/state/default-mode.ts";
import {
  CASSETTE_MODES,
  type CassetteMode,
  type CassetteOptions,
} from "../../cassette/state/session-state.ts";
import { wrongFlag } from "../../errors/llm-do-error.ts";
import type { Environment } from "../../host/host.ts";
import { commandWithFlag } from "../../words/changed-command.ts";
import { nearest } from "../../words/nearest.ts";
import type { WorkerLimits } from "../../worker/limits.ts";

/** The flags of a run, as they come from the command line. */
export interface RunFlags {
  readonly entry?: string;
  readonly model?: string;
  readonly set?: readonly string[];
  readonly attach?: readonly string[];
  readonly attachmentsFrom?: readonly string[];
  readonly approveAll?: true;
  readonly rejectAll?: true;
  readonly headless?: true;
  readonly json?: true;
  readonly verbose?: number;
  readonly debug?: true;
  readonly cassette?: string;
  readonly mode?: string;
  readonly samples?: number;
  /** False with `--no-keep`. */
  readonly keep?: boolean;
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
 * Flags that shape a run beside its files, model and limits, where they say something else than the
 * default; as given.
 */
export function shapingFlags(flags: RunFlags): readonly string[] {
  const { approveAll, rejectAll, tools } = flags;
  return [
    ...(approveAll ? ["--approve-all"] : []),
    ...(rejectAll ? ["--reject-all"] : []),
    ...(tools === undefined ? [] : [`--tools ${tools}`]),
  ];
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
  if (mode === "live") {
    checkLive(flags);
    return undefined;
  }
  if (path === undefined) {
    const needing = cassetteFlag(flags);
    if (needing === undefined) return undefined;
    throw wrongFlag(needing, "it says what to do with a cassette, and none is named", [
      "add --cassette FILE",
    ]);
  }
  if (samples !== undefined && mode === "replay") {
    throw wrongFlag(`--samples ${samples}`, "it is about recording, and a replay records nothing", [
      "add --mode auto, which records what is missing",
    ]);
  }
  const rerecord = commandWithFlag(command, "--mode", "record");
  return { path, mode, tools, rerecord, ...(samples === undefined ? {} : { samples }) };
}

/** Without a cassette no tool can be kept from running, and nothing be recorded several times. */
function checkLive({ tools, samples }: RunFlags): void {
  const needing =
    tools === "recorded" ? "--tools recorded" : samples !== undefined && `--samples ${samples}`;
  if (needing === false) return;
  throw wrongFlag(needing, "it needs a cassette, and --mode live has none", [
    "add --cassette FILE --mode auto, without --mode live",
    `or leave out ${needing}`,
  ]);
}

/** A flag that makes no sense without a cassette, as it was given. */
function cassetteFlag({ mode, samples, tools }: RunFlags): string | undefined {
  if (mode !== undefined) return `--mode ${mode}`;
  if (samples !== undefined) return `--samples ${samples}`;
  return tools && `--tools ${tools}`;
}

function modeOf(flags: RunFlags, env: Environment): CassetteMode | "live" {
  const { mode } = flags;
  if (mode === undefined) return defaultMode(env);
  const modes = [...CASSETTE_MODES, "live"] as const;
  const known = modes.find((name) => name === mode);
  if (known) return known;
  const near = nearest(mode, modes);
  throw wrongFlag(`--mode ${mode}`, `it must be one of ${modes.join(", ")}`, [
    `--mode ${near ?? "replay"}`,
  ]);
}
