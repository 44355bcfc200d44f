import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Environment } from "../../host/host.ts";
import { PRICE_TABLE } from "../../model/price-table.ts";
import { priceOf } from "../../model/prices.ts";
import { splitModelName } from "../../model/request.ts";
import type { ProviderTable } from "../../providers/table/provider-table.ts";
import { findProvider } from "../../providers/table/resolve-provider.ts";
import { nearest } from "../../words/nearest.ts";

/**
 * Reads the argument of `--models`: names with commas between them. A name that is given twice counts
 * once.
 *
 * @throws LlmDoError `usage` where no name is given
 */
export function readModelNames(argument: string): readonly string[] {
  const names = argument.split(",").map((name) => name.trim());
  const filled = [...new Set(names.filter((name) => name !== ""))];
  if (filled.length > 0) return filled;
  throw unknown(argument, "no model is named", [
    "--models anthropic:claude-haiku-4-5,openai:gpt-5-mini",
  ]);
}

interface KnownModels {
  readonly env: Environment;
  /** Servers that the project adds. */
  readonly providers: ProviderTable;
  /** Names that cases and workers use. */
  readonly used: ReadonlySet<string>;
}

/** Answered without a provider. */
const LOCAL = /^(?:test$|script:.)/;

/**
 * Checks a model's name as far as it can be without asking: its provider, and whether it looks like a
 * misspelt name of a model that is known. A name that differs from those only in its numbers may be a
 * newer model.
 *
 * @throws LlmDoError `configuration` for an unknown provider, `usage` for a misspelt model
 */
export function checkModelName(model: string, { env, providers, used }: KnownModels): void {
  if (LOCAL.test(model) || used.has(model)) return;
  const { provider, name } = splitModelName(model);
  const full = provider === "" ? fullName(name) : undefined;
  if (full !== undefined) {
    throw unknown(model, "it names no provider", [`write ${full}`]);
  }
  findProvider(model, env, providers);
  const meant = misspelt(model, provider, name);
  if (meant === undefined) return;
  throw unknown(model, "there is no such model, as far as is known", [
    `write ${meant}`,
    "if it is new, name it once in a worker or a case: model: NAME",
  ]);
}

function fullName(name: string): string | undefined {
  const row = PRICE_TABLE.find(({ models }) => Object.hasOwn(models, name));
  return row && `${row.providers[0]}:${name}`;
}

/** The known model that a name is likely to mean. */
function misspelt(model: string, provider: string, name: string): string | undefined {
  const known = PRICE_TABLE.find(({ providers }) => providers.includes(provider))?.models;
  if (!known || priceOf(model)) return undefined;
  const names = Object.keys(known);
  const isVersion = names.some((one) => withoutNumbers(one) === withoutNumbers(name));
  const near = isVersion ? undefined : nearest(name, names);
  return near && `${provider}:${near}`;
}

function withoutNumbers(name: string): string {
  return name.replace(/[\d.-]+/g, "-");
}

function unknown(what: string, reason: string, tries: readonly string[]): LlmDoError {
  return new LlmDoError({ code: "usage", verb: "use model", what, reason, tries });
}
