import type {
  OutputConfig,
  ThinkingConfigParam,
  ToolChoice,
} from "@anthropic-ai/sdk/resources/messages/messages";
import { snakeKey } from "../../format/camel-keys.ts";
import type { ModelRequest, ModelSettings } from "../../model/request.ts";
import { refuseRequest } from "../wire/refuse-request.ts";
import { type AskedChoice, choiceOf, isForced } from "../wire/request/tool-choice.ts";
import type { ServerSwitches } from "../wire/server-switches.ts";
import { thinksAdaptively } from "./model-generation.ts";

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

/**
 * Sent where the settings name no limit, because the wire wants one: half of what the least of the
 * models on offer can say, Claude Haiku 4.5 with 64K tokens
 * (https://platform.claude.com/docs/en/models/overview, known from a stored excerpt only), so that a server with a
 * lower cap, as Claude Opus 4 had with 32K, takes it too.
 */
const DEFAULT_MAX_TOKENS = 32_000;

/** Least budget that the wire takes (SDK 1.12, `ThinkingConfigEnabled.budget_tokens`). */
const LEAST_BUDGET_TOKENS = 1024;

/** Room for the answer itself behind a budget that fills the default limit. */
const ANSWER_TOKENS = 8192;

/** Efforts in tokens, for models that take only a budget: the least, and up to half the default. */
const BUDGET_TOKENS = { low: LEAST_BUDGET_TOKENS, medium: 8192, high: 16_000 } as const;

interface EncodedThinking {
  readonly maxTokens: number;
  readonly thinking?: ThinkingConfigParam;
  readonly effort?: NonNullable<OutputConfig["effort"]>;
}

/**
 * How much to think, and the token limit that goes with it, because thinking counts towards it.
 *
 * @throws LlmDoError `configuration` when the budget does not fit below the limit
 */
export function encodeThinking(settings: ModelSettings, model: string): EncodedThinking {
  const { thinking, maxTokens = DEFAULT_MAX_TOKENS } = settings;
  if (thinking === undefined) return { maxTokens };
  if (thinking === "off") return { maxTokens, thinking: { type: "disabled" } };
  if (typeof thinking === "object") {
    return withBudget(thinking.budgetTokens, settings.maxTokens, model);
  }
  if (thinksAdaptively(model)) {
    // The newest models leave their thinking out of the answer unless it is asked for.
    const adaptive = { type: "adaptive", display: "summarized" } as const;
    return { maxTokens, thinking: adaptive, effort: thinking };
  }
  const budget = Math.max(LEAST_BUDGET_TOKENS, Math.min(BUDGET_TOKENS[thinking], maxTokens / 2));
  return withBudget(Math.floor(budget), settings.maxTokens, model);
}

function withBudget(
  budgetTokens: number,
  limit: number | undefined,
  model: string,
): EncodedThinking {
  if (budgetTokens < LEAST_BUDGET_TOKENS) {
    throw refuseRequest(model, `a thinking budget of ${budgetTokens} tokens`, [
      `give thinking at least ${LEAST_BUDGET_TOKENS} tokens, or set settings.thinking to off`,
    ]);
  }
  const maxTokens = limit ?? Math.max(DEFAULT_MAX_TOKENS, budgetTokens + ANSWER_TOKENS);
  if (budgetTokens >= maxTokens) {
    throw refuseRequest(
      model,
      `a thinking budget of ${budgetTokens} tokens within ${maxTokens} in all`,
      [`raise settings.max_tokens above ${budgetTokens}, or think less`],
    );
  }
  return { maxTokens, thinking: { type: "enabled", budget_tokens: budgetTokens } };
}

/**
 * The field that says whether the model must call a tool, and whether it may call several at once.
 *
 * @throws LlmDoError `configuration` for a choice that the wire does not take
 */
export function encodeToolChoice(
  request: ModelRequest,
  switches: ServerSwitches,
): { tool_choice?: ToolChoice } {
  const { settings, tools, model } = request;
  const { toolChoice = "auto", thinking = "off" } = settings;
  if (isForced(toolChoice) && thinking !== "off") {
    throw refuseRequest(model, `settings.tool_choice: ${toolChoice} together with thinking`, [
      "set settings.thinking to off, or settings.tool_choice to auto",
    ]);
  }
  const single = settings.parallelToolCalls === false;
  const asked = choiceOf(request, switches);
  if (asked !== undefined) return { tool_choice: encodeChoice(asked, single) };
  // Without a tool of ours the wire refuses a tool choice.
  return single && tools.length > 0 ? { tool_choice: encodeChoice({ kind: "auto" }, true) } : {};
}

function encodeChoice(asked: AskedChoice, single: boolean): ToolChoice {
  const parallel = single ? { disable_parallel_tool_use: true } : {};
  switch (asked.kind) {
    case "none":
      return { type: "none" };
    case "auto":
      return { type: "auto", ...parallel };
    case "required":
      return { type: "any", ...parallel };
    case "tool":
      return { type: "tool", name: asked.name, ...parallel };
    default:
      return asked satisfies never;
  }
}
