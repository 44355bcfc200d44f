import type { Json } from "../model/json.ts";
import { DEFAULT_FALSE_ALARM_EVERY } from "../statistics/detector.ts";
import {
  ANSWER_MODES,
  type AnswerMode,
  DEFAULT_CHECK,
  DEFAULT_SHARE,
  readAnswerMode,
} from "./answer-mode.ts";
import type { Domain } from "./domain.ts";
import type { Tool } from "./tool.ts";

const BRAND = Symbol.for("llm-do.hardened");

/** What `hardened` takes. */
export interface HardenedSpec {
  /** The `.worker` file: a path relative to the file that exports this, or a file URL. */
  readonly prompt: string | URL;
  /** A pure tool with the input of the worker. */
  readonly code: Tool;
  /**
   * Who answers; required, since a person decides whether code may. `shadow`: the prompt, with code
   * tried beside it. `canary`: code, a share of the calls. `code`: code. `hardened` is an older name of
   * `code`.
   */
  readonly mode: AnswerMode | "hardened";
  /** The inputs that code may answer. Default: all. */
  readonly domain?: Domain;
  /** How the answers of code and prompt are compared. Default `exact`. */
  readonly compare?: Json;
  /** The share of calls that `canary` gives to code, above 0 and at most 1. Default 0.1. */
  readonly share?: number;
  /**
   * The share of code's answers for which the prompt is asked as well, in `canary` and `code`, from 0
   * to 1. Default 0.2 in `canary` and 0.02 in `code`. With 0 nobody notices when the two drift apart.
   */
  readonly check?: number;
  /**
   * A false alarm is raised after so many comparisons on average, at least 1. The alarm gives the
   * prompt its place back when more than 2 % of the answers differ. Default 10000.
   */
  readonly falseAlarmEvery?: number;
}

/** A function with prompt and code, declared in code. */
export interface Hardened {
  readonly prompt: string | URL;
  readonly code: Tool;
  readonly mode: AnswerMode;
  readonly domain: Domain | undefined;
  readonly compare: Json;
  readonly share: number;
  readonly check: number;
  readonly falseAlarmEvery: number;
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
 *   mode: "canary",
 *   share: 0.25,
 * });
 *
 * @throws TypeError if the mode is missing or unknown, a number is out of range, or the code is not pure
 */
export function hardened(spec: HardenedSpec): Hardened {
  const { prompt, code, domain, compare = "exact", share = DEFAULT_SHARE } = spec;
  const mode = readAnswerMode(String(spec.mode));
  if (!mode) {
    throw new TypeError(
      `hardened() needs mode: one of ${ANSWER_MODES.join(", ")}; got ${String(spec.mode)}`,
    );
  }
  const { check = mode === "prompt" ? 0 : DEFAULT_CHECK[mode] } = spec;
  const { falseAlarmEvery = DEFAULT_FALSE_ALARM_EVERY } = spec;
  if (!(share > 0 && share <= 1)) throw outOfRange("a share above 0 and at most 1", share);
  if (!(check >= 0 && check <= 1)) throw outOfRange("a check from 0 to 1", check);
  if (!(falseAlarmEvery >= 1)) throw outOfRange("falseAlarmEvery of at least 1", falseAlarmEvery);
  if (code.effect !== "pure") {
    throw new TypeError(`hardened() needs code that is pure; its effect is ${code.effect}`);
  }
  const made: Hardened & { readonly [BRAND]: true } = {
    ...{ [BRAND]: true as const, prompt, code, mode, domain, compare },
    ...{ share, check, falseAlarmEvery },
  };
  return made;
}

function outOfRange(what: string, got: number): TypeError {
  return new TypeError(`hardened() needs ${what}; got ${got}`);
}

/** Whether a value was made by `hardened` of this or another installed copy. */
export function isHardened(value: unknown): value is Hardened {
  return typeof value === "object" && value !== null && BRAND in value;
}
