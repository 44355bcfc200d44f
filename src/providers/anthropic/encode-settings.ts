import type { ModelSettings } from "../../model/request.ts";
import { refuseRequest } from "../wire/refuse-request.ts";

/** Fields of API version 2023-06-01 that the SDK's types, made for 2026-10-21, no longer have. */
export interface SamplingParams {
  readonly temperature?: number;
  readonly top_p?: number;
  readonly top_k?: number;
}

/** Settings that the wire has no field for. */
const UNKNOWN_SETTINGS = ["seed", "presencePenalty", "frequencyPenalty"] as const;

/** Settings that the wire refuses while the model thinks. */
const SAMPLING_SETTINGS = ["temperature", "topP", "topK"] as const;

/**
 * How the next token is chosen.
 *
 * @throws LlmDoError `configuration` for a setting that the wire does not take
 */
export function encodeSettings(settings: ModelSettings, model: string): SamplingParams {
  for (const name of UNKNOWN_SETTINGS) {
    if (settings[name] === undefined) continue;
    throw refuseRequest(model, `settings.${name}`, [`remove settings.${name}`]);
  }
  if (settings.thinking !== undefined && settings.thinking !== "off") {
    for (const name of SAMPLING_SETTINGS) {
      if (settings[name] === undefined) continue;
      throw refuseRequest(model, `settings.${name} together with thinking`, [
        `remove settings.${name}, or set settings.thinking to off`,
      ]);
    }
  }
  const { temperature, topP, topK } = settings;
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(topK === undefined ? {} : { top_k: topK }),
  };
}
