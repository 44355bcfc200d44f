import type { Environment } from "../../host/host.ts";
import { isSecretName } from "../../host/secret-names.ts";
import type { Json } from "../../model/json.ts";

/** Shorter values occur in ordinary texts. */
const SHORTEST_SECRET = 8;

/** Levels of a value that are read: a server may nest until no stack is deep enough. */
const DEEPEST = 500;

const MASK = "<secret>";

/** What stands at the end of a text that was shortened. */
const CUT_MARK = "…";

/** A shorter beginning of a secret says nothing of it. */
const SHORTEST_CUT = 4;

/**
 * Variables that every server gets, as in `DEFAULT_INHERITED_ENV_VARS` of the official SDK, read
 * 2026-11-23.
 */
const INHERITED = ["HOME", "LOGNAME", "PATH", "SHELL", "TERM", "USER"];

/** What a server is given in confidence, so that it can be kept out of what is told and recorded. */
export class SecretValues {
  readonly #values = new Set<string>();
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  /** The environment that a server starts with, before what its configuration adds. */
  inherited(): Readonly<Record<string, string>> {
    const variables = INHERITED.map((name) => [name, this.#env[name]] as const);
    // A value that begins so is a function of a shell, which another shell would run.
    const kept = variables.filter(([, value]) => value !== undefined && !value.startsWith("()"));
    return Object.fromEntries(kept) as Record<string, string>; // none is undefined
  }

  /**
   * A map's values with the variables that `${NAME}` stands for.
   *
   * @param areSecret whether all of them are secret; else what comes from variables is, and what is
   * named like a credential
   * @throws Error that names a variable that is not set
   */
  expand(texts: Readonly<Record<string, string>>, areSecret: boolean): Record<string, string> {
    const expanded = Object.entries(texts).map(([name, text]) => {
      const value = text.replace(/\$\{([A-Za-z_]\w*)\}/g, (_match, variable: string) =>
        this.#take(variable, name),
      );
      if (areSecret || isSecretName(name)) this.#keep(value);
      return [name, value] as const;
    });
    return Object.fromEntries(expanded);
  }

  /** The text with each secret in it replaced by `<secret>`. */
  mask(text: string): string {
    let masked = text;
    // Of two values that begin alike the longer one is masked whole.
    const values = [...this.#values].toSorted((left, right) => right.length - left.length);
    for (const value of values) masked = masked.replaceAll(value, MASK);
    return masked.includes(CUT_MARK) ? this.#maskCut(masked) : masked;
  }

  /** The beginning of a secret that a text was cut within. */
  #maskCut(text: string): string {
    let masked = text;
    for (const value of this.#values) {
      for (let length = value.length - 1; length >= SHORTEST_CUT; length--) {
        masked = masked.replaceAll(`${value.slice(0, length)}${CUT_MARK}`, `${MASK}${CUT_MARK}`);
      }
    }
    return masked;
  }

  /** The same for all texts of a value, and for its keys; what is nested too deeply is cut off. */
  maskJson(value: Json, level = 0): Json {
    if (typeof value === "string") return this.mask(value);
    if (typeof value !== "object" || value === null) return value;
    if (level > DEEPEST) return `[nested deeper than ${DEEPEST} levels]`;
    if (Array.isArray(value)) return value.map((item: Json) => this.maskJson(item, level + 1));
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [this.mask(key), this.maskJson(item, level + 1)]),
    );
  }

  /** Keeps what stands after the `?` of an address to itself. */
  keepQuery(url: string): void {
    const { search, searchParams } = new URL(url);
    this.#keep(search);
    for (const value of searchParams.values()) this.#keep(value);
  }

  #take(variable: string, name: string): string {
    const value = this.#env[variable];
    if (value === undefined) {
      throw new Error(`${name} needs the environment variable ${variable}, which is not set`);
    }
    if (!INHERITED.includes(variable)) this.#keep(value);
    return value;
  }

  #keep(value: string): void {
    // The credential of "Bearer abc" is a secret without that word, too.
    for (const part of [value, ...value.split(/\s+/)]) {
      if (part.length >= SHORTEST_SECRET) this.#values.add(part);
    }
  }
}
