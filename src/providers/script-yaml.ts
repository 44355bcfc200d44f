import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
} from "yaml";
import { LlmDoError, messageOf } from "../errors/llm-do-error.ts";
import { nearest } from "../errors/nearest.ts";
import type { Place } from "../errors/place.ts";
import type { Json } from "../model/json.ts";

/**
 * How many nodes aliases may stand for in one file. The `yaml` package's own default; it stops a
 * few lines from growing to gigabytes.
 */
const MAX_ALIAS_COUNT = 100;

/** One `key: value` of a map. */
export interface YamlField {
  readonly key: YamlValue;
  readonly value: YamlValue;
}

interface YamlFile {
  readonly file: string;
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
}

/** A value in a YAML file that knows where it stands, for errors. */
export class YamlValue {
  readonly #source: YamlFile;
  readonly #node: Node | null;
  readonly #offset: number;

  private constructor(source: YamlFile, node: Node | null, offset: number) {
    this.#source = source;
    this.#node = node;
    this.#offset = offset;
  }

  /**
   * The root of a file.
   *
   * @throws LlmDoError `file` when the text is not one YAML document.
   */
  static parse(text: string, file: string): YamlValue {
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    const { contents } = document;
    const root = new YamlValue({ file, document, lines }, contents, contents?.range[0] ?? 0);
    const error = document.errors[0];
    if (error) throw root.#errorAt(error.pos[0], `not valid YAML: ${firstLine(error.message)}`);
    try {
      document.toJS({ maxAliasCount: MAX_ALIAS_COUNT });
    } catch (cause) {
      throw root.error(`not valid YAML: ${firstLine(messageOf(cause))}`);
    }
    return root;
  }

  get place(): Place {
    return this.#placeOf(this.#offset);
  }

  get isEmpty(): boolean {
    return this.#node === null || (isScalar(this.#node) && this.#node.value === null);
  }

  /** The items when this is a list. */
  list(): readonly YamlValue[] | undefined {
    if (!isSeq(this.#node)) return undefined;
    return this.#node.items.map((item) => this.#at(item, this.#offset));
  }

  /**
   * The fields when this is a map.
   *
   * @throws LlmDoError `file` when a key is not one of these, naming the nearest that is.
   */
  fields(what: string, keys: readonly string[]): ReadonlyMap<string, YamlField> | undefined {
    if (!isMap(this.#node)) return undefined;
    const fields = new Map<string, YamlField>();
    for (const pair of this.#node.items) {
      const key = this.#at(pair.key, this.#offset);
      const name = key.text() ?? "";
      if (!keys.includes(name)) throw key.#unknownKey(what, name, keys);
      fields.set(name, { key, value: this.#at(pair.value, key.#offset) });
    }
    return fields;
  }

  /** The text when this is a scalar; numbers and booleans as they were written. */
  text(): string | undefined {
    if (!isScalar(this.#node) || this.#node.value === null) return undefined;
    const { value, source } = this.#node;
    return typeof value === "string" ? value : (source ?? String(value));
  }

  number(): number | undefined {
    const value = isScalar(this.#node) ? this.#node.value : undefined;
    return typeof value === "number" ? value : undefined;
  }

  /** @throws LlmDoError `file` when the value cannot be written as JSON. */
  json(): Json {
    const options = { maxAliasCount: MAX_ALIAS_COUNT };
    try {
      const value: unknown = this.#node?.toJS(this.#source.document, options) ?? null;
      return JSON.parse(JSON.stringify(value, refuseNonFinite));
    } catch (cause) {
      throw this.error(`this cannot be written as JSON: ${firstLine(messageOf(cause))}`);
    }
  }

  error(reason: string, tries: readonly string[] = []): LlmDoError {
    return this.#errorAt(this.#offset, reason, tries);
  }

  /** A part of this value: an alias is placed where it stands and read where it points to. */
  #at(part: unknown, fallbackOffset: number): YamlValue {
    const node = isNode(part) ? part : null;
    const target = isAlias(node) ? (node.resolve(this.#source.document) ?? null) : node;
    return new YamlValue(this.#source, target, node?.range?.[0] ?? fallbackOffset);
  }

  #unknownKey(what: string, name: string, keys: readonly string[]): LlmDoError {
    const meant = nearest(name, keys);
    const hint = meant === undefined ? `use one of ${keys.join(", ")}` : `write "${meant}"`;
    return this.error(`unknown key "${name}" in ${what}`, [hint]);
  }

  #errorAt(offset: number, reason: string, tries: readonly string[] = []): LlmDoError {
    const place = this.#placeOf(offset);
    return new LlmDoError({ code: "file", verb: "read", what: place.file, reason, place, tries });
  }

  #placeOf(offset: number): Place {
    const { line, col } = this.#source.lines.linePos(offset);
    const { file } = this.#source;
    return line === 0 ? { file } : { file, line, column: col };
  }
}

function refuseNonFinite(_key: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) throw new Error(`${value}`);
  return value;
}

function firstLine(message: string): string {
  return message.split("\n", 1)[0]?.replace(/[.:]$/, "") ?? "";
}
