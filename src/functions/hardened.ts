import type { Json } from "../model/json.ts";
import { ANSWER_MODES, type AnswerMode, DEFAULT_SHARE } from "./answer-mode.ts";
import type { Domain } from "./domain.ts";
import type { Tool } from "./tool.ts";

const BRAND = Symbol.for("llm-do.hardened");

const MODES: readonly string[] = ANSWER_MODES;

/** What `hardened` takes. */
export interface HardenedSpec {
  /** The `.worker` file: a path relative to the file that exports this, or a file URL. */
  readonly prompt: string | URL;
  /** A pure tool with the input of the worker. */
  readonly code: Tool;
  /** Required: a person decides whether code may answer. */
  readonly mode: AnswerMode;
  /** The inputs that code may answer. Default: all. */
  readonly domain?: Domain;
  /** How the answers of code and prompt are compared in `shadow`. Default `exact`. */
  readonly compare?: Json;
  /**
   * The share of calls that `shadow` compares or `canary` gives to code, above 0 and at most 1. Default
   * 0.05.
   */
  readonly share?: number;
}

/** A function with prompt and code, declared in code. */
export interface Hardened {
  readonly prompt: string | URL;
  readonly code: Tool;
  readonly mode: AnswerMode;
  readonly domain: Domain | undefined;
  readonly compare: Json;
  readonly share: number;
}

/**
 * Declares a function that has both a prompt and code. The name of the export must be that of the
 * worker. No certificate is needed: you vouch for the code. If `llm-do.lock.yaml` names the worker, that
 * entry wins.
 *
 * @example
 * export const from_name = hardened({
 *   prompt: "./from_name.worker",
 *   code: tool({ ... }),
 *   mode: "shadow",
 *   share: 0.1,
 * });
 *
 * @throws TypeError if the mode is missing or unknown, the share is out of range, or the code is not pure
 */
export function hardened(spec: HardenedSpec): Hardened {
  const { prompt, code, mode, domain, compare = "exact", share = DEFAULT_SHARE } = spec;
  if (!MODES.includes(mode)) {
    throw new TypeError(`hardened() needs mode: one of ${MODES.join(", ")}; got ${String(mode)}`);
  }
  if (!(share > 0 && share <= 1)) {
    throw new TypeError(`hardened() needs a share above 0 and at most 1; got ${share}`);
  }
  if (code.effect !== "pure") {
    throw new TypeError(`hardened() needs code that is pure; its effect is ${code.effect}`);
  }
  const made: Hardened & { readonly [BRAND]: true } = {
    [BRAND]: true,
    prompt,
    code,
    mode,
    domain,
    compare,
    share,
  };
  return made;
}

/** Whether a value was made by `hardened` of this or another installed copy. */
export function isHardened(value: unknown): value is Hardened {
  return typeof value === "object" && value !== null && BRAND in value;
}
