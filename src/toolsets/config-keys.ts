import { LlmDoError } from "../errors/llm-do-error.ts";
import type { Json, JsonObject } from "../model/json.ts";
import { nearest } from "../words/nearest.ts";

/** Reads the keys of a toolset's configuration, and refuses what is none. */
export class ConfigKeys<Key extends string> {
  readonly #toolset: string;
  readonly #keys: Readonly<Record<Key, string>>;
  readonly #where: string;

  /**
   * @param toolset its name, for errors
   * @param keys each with what its value must be
   * @param part the part of the configuration that has these keys, for errors; default: all of it
   */
  constructor(toolset: string, keys: Readonly<Record<Key, string>>, part?: string) {
    this.#toolset = toolset;
    this.#keys = keys;
    this.#where = part === undefined ? "" : `${part}: `;
  }

  /**
   * The fields that are there; null counts as absent, as in the rest of a worker's file.
   *
   * @throws LlmDoError `configuration` for an unknown key
   */
  fieldsOf(config: JsonObject): Partial<Record<Key, Json>> {
    const names: readonly string[] = Object.keys(this.#keys);
    const unknown = Object.keys(config).find((key) => !names.includes(key));
    if (unknown !== undefined) throw this.#unknown(unknown, names);
    const present = Object.entries(config).filter(([, value]) => value !== null);
    return Object.fromEntries(present) as Partial<Record<Key, Json>>; // no other keys, as checked
  }

  /** Values are not shown: they may be secrets. */
  wrongValue(key: Key): LlmDoError {
    return this.refused(`"${key}" must be ${this.#keys[key]}`);
  }

  refused(why: string, tries: readonly string[] = []): LlmDoError {
    const what = this.#toolset;
    const reason = `${this.#where}${why}`;
    return new LlmDoError({ code: "configuration", verb: "configure", what, reason, tries });
  }

  #unknown(key: string, names: readonly string[]): LlmDoError {
    const near = nearest(key, names);
    return this.refused(`unknown key ${JSON.stringify(key)}`, [
      near === undefined ? `use one of: ${names.join(", ")}` : `write "${near}"`,
    ]);
  }
}
