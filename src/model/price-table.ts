/**
 * The day on which these prices were looked up; each block says what was really read, and of when.
 *
 * @internal Tests hold docs/limits.md and the blocks to it.
 */
export const PRICES_READ_ON = "2026-11-22";

/** US dollars for a million tokens of each kind. */
export interface Rates {
  readonly input: number;
  readonly output: number;
  /** Undefined where the price is not known. */
  readonly cacheRead?: number;
  /** For the shortest lifetime that the provider offers; undefined where it is not known. */
  readonly cacheWrite?: number;
  /** For an hour; undefined where the provider has no such lifetime or its price is not known. */
  readonly cacheWriteHour?: number;
}

/** What a model costs. */
export interface Price {
  readonly usdPerMillionTokens: Rates;
  /** Another price, for the whole request, when its prompt is longer than this. */
  readonly longPrompt?: LongPrompt;
}

interface LongPrompt {
  readonly aboveTokens: number;
  /** Undefined where only the limit is known. */
  readonly usdPerMillionTokens?: Rates;
}

/** The prices of one provider. */
interface ProviderPrices {
  /** The provider's halves of model names that these prices hold for. */
  readonly providers: readonly string[];
  /** The provider's own page, and the day up to which the account named beside it says they stood there. */
  readonly source: { readonly url: string; readonly asOf: string };
  /** By the model's half of its name. Names that come to mean another model, as `-latest` do, stay out. */
  readonly models: Readonly<Record<string, Price>>;
}

/**
 * List prices of the standard service, without batch discounts, regional surcharges and what tools
 * cost by the call.
 *
 * Not here, and so unknown: DeepSeek, which charges by the hour of the day; Gemini 3.8 Flash, whose
 * price is announced to change; models on the user's own machine.
 */
export const PRICE_TABLE: readonly ProviderPrices[] = [
  {
    // The page itself, and its per-model pages for what is newer. The cache prices of Opus 5.5, the
    // cache read of Sonnet 5.5 (lowered on 2026-10-07) and the long prompts of Haiku 5.5 are from
    // several independent price lists that name the page. Some 4.x models had another price for
    // long prompts; whether they still have could not be read, so it counts as not known. A cache
    // for an hour costs twice the input to write, by the same page.
    providers: ["anthropic"],
    source: { url: "https://platform.claude.com/docs/en/about-claude/pricing", asOf: "2026-10-24" },
    models: withHour({
      "claude-fable-5-1": flat({ input: 10, output: 50, cacheRead: 0.25, cacheWrite: 12.5 }),
      "claude-fable-5": flat({ input: 10, output: 50, cacheRead: 1, cacheWrite: 12.5 }),
      "claude-opus-5-5": flat({ input: 4, output: 20, cacheRead: 0.2, cacheWrite: 5 }),
      "claude-opus-5": flat({ input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 }),
      "claude-opus-4-8": flat({ input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 }),
      "claude-opus-4-7": flat({ input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 }),
      "claude-opus-4-6": upTo(200_000, { input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 }),
      "claude-opus-4-5": flat({ input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 }),
      "claude-opus-4-1": flat({ input: 15, output: 75, cacheRead: 1.5, cacheWrite: 18.75 }),
      "claude-opus-4": flat({ input: 15, output: 75, cacheRead: 1.5, cacheWrite: 18.75 }),
      "claude-sonnet-5-5": flat({ input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 }),
      "claude-sonnet-5": flat({ input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5 }),
      "claude-sonnet-4-6": upTo(200_000, {
        input: 3,
        output: 15,
        cacheRead: 0.3,
        cacheWrite: 3.75,
      }),
      "claude-sonnet-4-5": upTo(200_000, {
        input: 3,
        output: 15,
        cacheRead: 0.3,
        cacheWrite: 3.75,
      }),
      "claude-sonnet-4": upTo(200_000, { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 }),
      "claude-3-7-sonnet": flat({ input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 }),
      "claude-haiku-5-5": {
        usdPerMillionTokens: { input: 0.1, output: 0.5, cacheRead: 0.01, cacheWrite: 0.125 },
        longPrompt: {
          aboveTokens: 100_000,
          usdPerMillionTokens: { input: 0.5, output: 2.5, cacheRead: 0.05, cacheWrite: 0.625 },
        },
      },
      "claude-haiku-4-5": flat({ input: 1, output: 5, cacheRead: 0.1, cacheWrite: 1.25 }),
      "claude-3-5-haiku": flat({ input: 0.8, output: 4, cacheRead: 0.08, cacheWrite: 1 }),
      "claude-3-haiku": flat({ input: 0.25, output: 1.25, cacheRead: 0.03, cacheWrite: 0.3 }),
    }),
  },
  {
    // Not the page itself, which could not be read: price lists that name it, where they agree.
    // `o3` is not here, because they do not.
    providers: ["openai", "openai-responses", "openai-chat"],
    source: { url: "https://developers.openai.com/api/docs/pricing", asOf: "2026-09-23" },
    models: {
      "gpt-6-astra": upTo(272_000, { input: 10, output: 50, cacheRead: 1 }),
      "gpt-6-sol": upTo(272_000, { input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5 }),
      "gpt-6-luna": upTo(272_000, { input: 0.1, output: 0.5, cacheRead: 0.01, cacheWrite: 0.125 }),
      "gpt-5.5": {
        usdPerMillionTokens: { input: 5, output: 30, cacheRead: 0.5 },
        longPrompt: {
          aboveTokens: 272_000,
          usdPerMillionTokens: { input: 10, output: 45, cacheRead: 1 },
        },
      },
      "gpt-5.4": {
        usdPerMillionTokens: { input: 2.5, output: 15, cacheRead: 0.25 },
        longPrompt: {
          aboveTokens: 272_000,
          usdPerMillionTokens: { input: 5, output: 22.5, cacheRead: 0.5 },
        },
      },
      "gpt-5.4-mini": flat({ input: 0.75, output: 4.5, cacheRead: 0.075 }),
      "gpt-5.4-nano": flat({ input: 0.2, output: 1.25, cacheRead: 0.02 }),
      "gpt-5.2": flat({ input: 1.75, output: 14, cacheRead: 0.175 }),
      "gpt-5.1": flat({ input: 1.25, output: 10, cacheRead: 0.125 }),
      "gpt-5": flat({ input: 1.25, output: 10, cacheRead: 0.125 }),
      "gpt-5-mini": flat({ input: 0.25, output: 2, cacheRead: 0.025 }),
      "gpt-5-nano": flat({ input: 0.05, output: 0.4, cacheRead: 0.005 }),
      "gpt-4.1": flat({ input: 2, output: 8, cacheRead: 0.5 }),
      "gpt-4.1-mini": flat({ input: 0.4, output: 1.6, cacheRead: 0.1 }),
      "gpt-4.1-nano": flat({ input: 0.1, output: 0.4, cacheRead: 0.025 }),
      "gpt-4o": flat({ input: 2.5, output: 10, cacheRead: 1.25 }),
      // The first version kept its price when the name moved on to a cheaper one.
      "gpt-4o-2024-05-13": flat({ input: 5, output: 15 }),
      "gpt-4o-mini": flat({ input: 0.15, output: 0.6, cacheRead: 0.075 }),
      "o4-mini": flat({ input: 1.1, output: 4.4, cacheRead: 0.275 }),
      "o3-mini": flat({ input: 1.1, output: 4.4, cacheRead: 0.55 }),
    },
  },
  {
    // A transcript of the page; cache reads and the long prompts of 2.5 Pro from another list that
    // agrees with it. The prices are for text, images and video; audio costs more on some models.
    providers: ["google-gla"],
    source: { url: "https://ai.google.dev/gemini-api/docs/pricing", asOf: "2026-10-07" },
    models: {
      "gemini-3.5-flash": flat({ input: 1.5, output: 9, cacheRead: 0.15 }),
      "gemini-3.5-flash-lite": flat({ input: 0.3, output: 2.5, cacheRead: 0.03 }),
      "gemini-3.1-pro-preview": {
        usdPerMillionTokens: { input: 2, output: 12 },
        longPrompt: { aboveTokens: 200_000, usdPerMillionTokens: { input: 4, output: 18 } },
      },
      "gemini-2.5-pro": {
        usdPerMillionTokens: { input: 1.25, output: 10, cacheRead: 0.125 },
        longPrompt: {
          aboveTokens: 200_000,
          usdPerMillionTokens: { input: 2.5, output: 15, cacheRead: 0.25 },
        },
      },
      "gemini-2.5-flash": flat({ input: 0.3, output: 2.5, cacheRead: 0.03 }),
      "gemini-2.5-flash-lite": flat({ input: 0.1, output: 0.4, cacheRead: 0.01 }),
    },
  },
  {
    // Issue reports that quote the models page; the two Llama models from lists that name it.
    providers: ["groq"],
    source: { url: "https://console.groq.com/docs/models", asOf: "2026-05-19" },
    models: {
      "openai/gpt-oss-120b": flat({ input: 0.15, output: 0.6 }),
      "llama-3.3-70b-versatile": flat({ input: 0.59, output: 0.79 }),
      "llama-3.1-8b-instant": flat({ input: 0.05, output: 0.08 }),
    },
  },
  {
    // Issue reports that quote the page.
    providers: ["mistral"],
    source: { url: "https://mistral.ai/pricing", asOf: "2026-05-22" },
    models: {
      "mistral-medium-3-5": flat({ input: 1.5, output: 7.5 }),
      "mistral-medium-3.5": flat({ input: 1.5, output: 7.5 }),
    },
  },
  {
    // Issue reports and release notes that quote the page. Resellers ask for more above some 200,000
    // tokens, so the price of longer prompts counts as not known.
    providers: ["xai"],
    source: { url: "https://docs.x.ai/developers/models", asOf: "2026-07-10" },
    models: {
      "grok-4.5": upTo(200_000, { input: 2, output: 6, cacheRead: 0.5 }),
      "grok-4.3": upTo(200_000, { input: 1.25, output: 2.5, cacheRead: 0.2 }),
    },
  },
];

/** The prices of Anthropic's models with that of a cache for an hour. */
function withHour(models: Readonly<Record<string, Price>>): Readonly<Record<string, Price>> {
  const hourly = (rates: Rates): Rates => ({ ...rates, cacheWriteHour: 2 * rates.input });
  const priced = ({ usdPerMillionTokens, longPrompt }: Price): Price => {
    const long = longPrompt?.usdPerMillionTokens;
    return {
      usdPerMillionTokens: hourly(usdPerMillionTokens),
      ...(longPrompt === undefined ? {} : { longPrompt }),
      ...(longPrompt && long
        ? { longPrompt: { ...longPrompt, usdPerMillionTokens: hourly(long) } }
        : {}),
    };
  };
  return Object.fromEntries(Object.entries(models).map(([name, price]) => [name, priced(price)]));
}

/** One price, however long the prompt. */
function flat(rates: Rates): Price {
  return { usdPerMillionTokens: rates };
}

/** A price that holds up to a length of the prompt; beyond it the price is not known. */
function upTo(aboveTokens: number, rates: Rates): Price {
  return { usdPerMillionTokens: rates, longPrompt: { aboveTokens } };
}
