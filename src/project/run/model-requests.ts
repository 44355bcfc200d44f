import type { CassetteMode } from "../../cassette/state/session-state.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Environment } from "../../host/host.ts";
import type { ModelTransport } from "../../model/transport.ts";
import { isCompatibleModel } from "../../worker/compatible-models.ts";

/** The environment variable that says which models may be asked; see {@link requestsInTests}. */
export const MODEL_REQUESTS_VARIABLE = "LLM_DO_MODEL_REQUESTS";

/** All models, none, all in runs that record to a cassette, or those that fit one of these patterns. */
type ModelRequests = "on" | "off" | "recording" | readonly string[];

/** What tests may ask where nobody says otherwise: nothing, or what they are told to record. */
export function requestsInTests(mode: CassetteMode): "off" | "recording" {
  return mode === "replay" ? "off" : "recording";
}

/**
 * Reads which models may be asked: `on`, `off`, `recording`, or patterns as in `anthropic:*`, separated
 * by commas.
 * All may be, where nothing is said.
 *
 * @throws LlmDoError `configuration` for anything else: a word that is misspelt would allow or
 * forbid what nobody meant
 */
export function readModelRequests(env: Environment): ModelRequests {
  const value = env[MODEL_REQUESTS_VARIABLE]?.trim() ?? "";
  if (value === "" || value === "on") return "on";
  if (value === "off" || value === "recording") return value;
  return checkModelPatterns(value.split(",").map((pattern) => pattern.trim()));
}

/**
 * Checks patterns of models' names.
 *
 * @param what where they stand, for the error
 * @throws LlmDoError `configuration` for one that fits no `provider:model`
 */
export function checkModelPatterns(
  patterns: readonly string[],
  what = MODEL_REQUESTS_VARIABLE,
): readonly string[] {
  const wrong = patterns.find((pattern) => !/^[^\s:]+:\S+$/.test(pattern));
  if (wrong === undefined) return patterns;
  const words = what === MODEL_REQUESTS_VARIABLE ? "on, off, recording or " : "";
  throw new LlmDoError({
    code: "configuration",
    verb: "read",
    what,
    reason: `${JSON.stringify(wrong)} is no pattern of models`,
    tries: [`write ${words}provider:model, where * stands for any text: anthropic:*`],
  });
}

/**
 * A transport that asks only those models that the environment allows.
 *
 * @param mode of the run's cassette; undefined for a run without one
 * @throws LlmDoError `configuration` for a value that cannot be read; from `stream`, for a model that
 * may not be asked
 */
export function withModelRequests(
  inner: ModelTransport,
  env: Environment,
  mode: CassetteMode | undefined,
): ModelTransport {
  const allowed = readModelRequests(env);
  const records = mode === "auto" || mode === "record";
  if (allowed === "on" || (allowed === "recording" && records)) return inner;
  return {
    stream: (request, options) => {
      const { model } = request;
      if (typeof allowed === "string") throw notAllowed(model, allowed);
      if (!isCompatibleModel(allowed, model)) throw notAllowed(model, allowed.join(","));
      return inner.stream(request, options);
    },
  };
}

function notAllowed(model: string, allowed: string): LlmDoError {
  const why = allowed === "recording" ? "but for runs that record to a cassette " : "";
  return new LlmDoError({
    code: "configuration",
    verb: "ask",
    what: model,
    reason: `requests to it are off here ${why}(${MODEL_REQUESTS_VARIABLE}=${allowed})`,
    tries: [
      "answer it from a cassette or a script",
      `allow it in one test, by name: runTest({ ..., live: [${JSON.stringify(model)}] })`,
      `allow it everywhere: ${MODEL_REQUESTS_VARIABLE}=${model}`,
    ],
  });
}
