import type { ModelSettings } from "../../model/request.ts";
import { snakeKey } from "../../yaml/camel-keys.ts";
import { refuseRequest } from "../wire/refuse-request.ts";

/** Fields of API version 2023-06-01 that the SDK's types, made for 2026-10-21, no longer have. */
export interface SamplingParams {
  readonly temperature?: number;
  readonly top_p?: number;
  readonly top_k?: number;
}

/** Settings that the wire has no field for. */
const UNKNOWN_SETTINGS = ["seed", "presencePenalty", "frequencyPenalty"] as const;

/** The only temperature that the wire takes while the model thinks. */
const THINKING_TEMPERATURE = 1;

/** The least `top_p` that the wire takes while the model thinks. */
const LEAST_THINKING_TOP_P = 0.95;

/**
 * How the next token is chosen.
 *
 * @throws LlmDoError `configuration` for a setting that the wire does not take
 */
export function encodeSettings(settings: ModelSettings, model: string): SamplingParams {
  for (const name of UNKNOWN_SETTINGS) {
    if (settings[name] === undefined) continue;
    const key = snakeKey(name);
    throw refuseRequest(model, `settings.${key}`, [`remove settings.${key}`]);
  }
  if (settings.thinking !== undefined && settings.thinking !== "off") {
    checkThinking(settings, model);
  }
  const { temperature, topP, topK } = settings;
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(topK === undefined ? {} : { top_k: topK }),
  };
}

/** `docs/wire/anthropic.md` says what the wire takes beside thinking. */
function checkThinking({ temperature, topP, topK }: ModelSettings, model: string): void {
  if (temperature !== undefined && temperature !== THINKING_TEMPERATURE) {
    throw refusedThinking(model, "temperature", `set it to ${THINKING_TEMPERATURE}`);
  }
  if (topP !== undefined && topP < LEAST_THINKING_TOP_P) {
    throw refusedThinking(model, "top_p", `set it to at least ${LEAST_THINKING_TOP_P}`);
  }
  if (topK !== undefined) throw refusedThinking(model, "top_k");
}

function refusedThinking(model: string, key: string, allowed?: string) {
  return refuseRequest(model, `settings.${key} together with thinking`, [
    `remove settings.${key}, or set settings.thinking to off`,
    ...(allowed === undefined ? [] : [allowed]),
  ]);
}
