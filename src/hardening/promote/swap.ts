import { dirname, relative } from "node:path";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import { ANSWER_MODES, type AnswerMode, DEFAULT_SHARE } from "../../functions/answer-mode.ts";
import type { Host } from "../../host/host.ts";
import type { LockedFunction } from "../../project/lock/lock-file.ts";
import { nearest } from "../../words/nearest.ts";
import { percent } from "../../words/percent.ts";
import { swapFunction } from "./swap-function.ts";

/** The flags of `llm-do swap`. */
export interface SwapFlags {
  readonly mode?: string;
  readonly tool?: string;
  readonly certificate?: string;
  readonly comparator?: string;
  readonly share?: number;
  readonly with?: readonly string[];
  readonly recordings?: readonly string[];
  readonly model?: string;
}

/**
 * `llm-do swap WORKER --mode MODE`: says in the lock file who answers.
 *
 * @throws LlmDoError `usage` for an unknown mode, `configuration` when it is refused
 */
export async function swap(worker: string, flags: SwapFlags, host: Host): Promise<void> {
  const { mode: asked, ...rest } = flags;
  const { lock, entry } = await swapFunction(
    { ...rest, worker, mode: modeOf(worker, asked) },
    host,
  );
  if (!entry) {
    host.stdout.write(`${worker}: its prompt answers; no lock file names it\n`);
    return;
  }
  const said = `${entry.name}: ${who(entry, lock, host)}`;
  host.stdout.write(`${said}\nwrote ${relative(host.cwd, lock)}\n`);
}

function who({ mode, tool, share = DEFAULT_SHARE }: LockedFunction, lock: string, host: Host) {
  const code = relative(host.cwd, `${dirname(lock)}/${tool}`);
  const rest = "wherever it cannot, the prompt does";
  switch (mode) {
    case "prompt":
      return "its prompt answers";
    case "hardened":
      return `${code} answers; ${rest}`;
    case "shadow":
      return `${code} answers, and the prompt is asked as well in ${percent(share, "given")} of calls; ${rest}`;
    case "canary":
      return `${code} answers ${percent(share, "given")} of calls; ${rest}`;
  }
}

function modeOf(worker: string, mode: string | undefined): AnswerMode {
  const known = ANSWER_MODES.find((name) => name === mode);
  if (known) return known;
  const near = mode === undefined ? undefined : nearest(mode, ANSWER_MODES);
  throw new LlmDoError({
    code: "usage",
    verb: "swap",
    what: worker,
    reason: `--mode must be one of ${ANSWER_MODES.join(", ")}${mode === undefined ? "" : `, not ${mode}`}`,
    tries: [`--mode ${near ?? "shadow"}`],
  });
}
