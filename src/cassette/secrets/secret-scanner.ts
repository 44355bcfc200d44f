import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Environment } from "../../host/host.ts";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import { searchFor, VALUE_OF } from "./secret-search.ts";

const MASK = "<secret>";

/** A field's name tells what its value is: `{ "api-key": "..." }`. Longer values are texts. */
const LONGEST_NAMED = 400;

/** Smaller numbers are no secrets, and counted up everywhere. */
const LEAST_NUMBER = 1e8;

/** Finds credentials in what is about to be written. */
export class SecretScanner {
  readonly #search: ReturnType<typeof searchFor>;

  /** @param allowed what only looks like a secret; with the flag `g` */
  constructor(env: Environment, allowed: readonly RegExp[] = []) {
    this.#search = searchFor(env, allowed);
  }

  /**
   * @param entry what is to be written
   * @throws LlmDoError `cassette-refused` that says what was found and where, never the value
   */
  check(entry: Readonly<Record<string, Json | undefined>>, cassette: string): void {
    for (const [field, value] of Object.entries(entry)) {
      const found = value === undefined ? undefined : this.#walk(value, field, field);
      if (found) throw refusal(found, cassette);
    }
  }

  /** What a text holds, as in "a GitHub token"; undefined for nothing. */
  find(text: string): string | undefined {
    return this.#search.find(text);
  }

  /**
   * The text with every secret in it replaced by `<secret>`, and with everything that is written
   * like one: for messages, where too much is better than too little.
   */
  mask(text: string): string {
    let masked = "";
    let from = 0;
    for (const [start, end] of this.#search.stretches(text)) {
      masked += text.slice(from, start) + MASK;
      from = end;
    }
    return masked + text.slice(from);
  }

  /** @param name of the field that the value stands in */
  #walk(value: Json, path: string, name: string): Found | undefined {
    if (typeof value === "string") {
      const what =
        this.find(value) ??
        (value.length <= LONGEST_NAMED ? this.find(`${name}: ${value}`) : undefined);
      return what === undefined ? undefined : { what, path };
    }
    if (typeof value === "number") {
      const what = Math.abs(value) >= LEAST_NUMBER ? this.find(String(value)) : undefined;
      return what === undefined ? undefined : { what, path };
    }
    if (Array.isArray(value)) return this.#walkList(value, path, name);
    return isJsonObject(value) ? this.#walkMap(value, path) : undefined;
  }

  #walkList(list: readonly Json[], path: string, name: string): Found | undefined {
    for (let index = 0; index < list.length; index++) {
      const found = this.#walk(list[index] as Json, `${path}[${index}]`, name);
      if (found) return found;
    }
    return undefined;
  }

  #walkMap(map: JsonObject, path: string): Found | undefined {
    for (const [key, field] of Object.entries(map)) {
      // The key first: it would stand in the place of what is in it.
      const what = this.find(key);
      if (what !== undefined) return { what, path: `a key of ${path}` };
      const found = this.#walk(field, `${path}.${key}`, key);
      if (found) return found;
    }
    return undefined;
  }
}

interface Found {
  /** As in "a GitHub token". */
  readonly what: string;
  /** Where it stands in the entry. */
  readonly path: string;
}

const ALLOW = [
  'or, where it only looks like a secret: its text under "allow" of "secrets" in llm-do.yaml',
];

function refusal({ what, path }: Found, cassette: string): LlmDoError {
  return new LlmDoError({
    code: "cassette-refused",
    verb: "record",
    what: cassette,
    reason: `what is to be written holds ${what}, at ${path}`,
    tries: [
      "keep the secret out of prompts and tool results",
      'or replace it: a pattern under "redact" in llm-do.yaml',
      // The value of a variable does not only look like one.
      ...(what.startsWith(VALUE_OF) ? [] : ALLOW),
    ],
  });
}
