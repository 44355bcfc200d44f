import { PRICE_TABLE, type Price, type Rates } from "./price-table.ts";
import { splitModelName } from "./request.ts";
import type { Usage } from "./usage.ts";

export type { Price };

const TOKENS_PER_PRICE = 1_000_000;

/** A date at the end of a model's name: `-20251001` as Anthropic, `-2025-08-07` as OpenAI writes it. */
const DATED_SUFFIX = /-20\d{2}(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|-\d{2}-\d{2})$/;

/**
 * The price of a model by its full name, as `anthropic:claude-haiku-4-5`; undefined when it is not
 * known. A dated version that has no price of its own has that of the name without its date.
 */
export function priceOf(model: string): Price | undefined {
  if (latest?.model !== model) latest = { model, price: findPrice(model) };
  return latest.price;
}

/** What was asked for last: a run asks for the same one with each answer. */
let latest: { readonly model: string; readonly price: Price | undefined } | undefined;

function findPrice(model: string): Price | undefined {
  const { provider, name } = splitModelName(model);
  const models = PRICE_TABLE.find(({ providers }) => providers.includes(provider))?.models;
  if (!models) return undefined;
  for (const candidate of [name, name.replace(DATED_SUFFIX, "")]) {
    if (Object.hasOwn(models, candidate)) return models[candidate];
  }
  return undefined;
}

/**
 * What one answer cost, in US dollars; undefined when the model's price, or the price of a kind of
 * token that was used, is not known.
 *
 * @param usage of a single request: the sum of several may look like one long prompt, and some
 *   models charge more for those
 */
export function costUsd(model: string, usage: Usage): number | undefined {
  const price = priceOf(model);
  const rates = price && ratesFor(price, usage);
  if (!rates) return undefined;
  const { cacheWriteTokens = 0, cacheWriteHourTokens = 0 } = usage;
  const kinds: readonly [number | undefined, number | undefined][] = [
    [usage.inputTokens, rates.input],
    [usage.outputTokens, rates.output],
    [usage.cacheReadTokens, rates.cacheRead],
    [cacheWriteTokens - cacheWriteHourTokens, rates.cacheWrite],
    [cacheWriteHourTokens, rates.cacheWriteHour],
  ];
  let total = 0;
  for (const [tokens = 0, rate] of kinds) {
    if (tokens === 0) continue;
    if (rate === undefined) return undefined;
    total += tokens * rate;
  }
  return total / TOKENS_PER_PRICE;
}

function ratesFor({ usdPerMillionTokens, longPrompt }: Price, usage: Usage): Rates | undefined {
  const { inputTokens, cacheReadTokens = 0, cacheWriteTokens = 0 } = usage;
  const promptTokens = inputTokens + cacheReadTokens + cacheWriteTokens;
  const isLong = longPrompt !== undefined && promptTokens > longPrompt.aboveTokens;
  return isLong ? longPrompt.usdPerMillionTokens : usdPerMillionTokens;
}
