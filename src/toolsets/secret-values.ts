import { headerProblem } from "../host/header-value.ts";
import type { Environment } from "../host/host.ts";
import { isProgramVariable } from "../host/program-environment.ts";
import { isSecretName } from "../host/secret-names.ts";
import type { Json } from "../model/json.ts";
import type { ProgramVariables } from "./env-config.ts";

/** Shorter values occur in ordinary texts. */
const SHORTEST_SECRET = 8;

/** Levels of a value that are read: a server may nest until no stack is deep enough. */
const DEEPEST = 500;

const MASK = "<secret>";

/** `${NAME}` in a text. */
const VARIABLE = /\$\{([A-Za-z_]\w*)\}/g;

/** What stands at the end of a text that was shortened; before a line that says by how much. */
const CUT_MARKS = ["…", "\n["];

/** A shorter beginning of a secret says nothing of it. */
const SHORTEST_CUT = 4;

/** What a program or a server is given in confidence, so that it can be kept out of what is told. */
export class SecretValues {
  readonly #values = new Set<string>();
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  /**
   * The variables that a program gets beside the small environment.
   *
   * @throws Error that names a variable that is not set
   */
  variables({ passed, written }: ProgramVariables): Record<string, string> {
    const values: Record<string, string> = {};
    for (const name of passed) {
      const value = this.#env[name];
      if (value === undefined) continue;
      if (isSecretName(name)) this.#keep(value);
      values[name] = value;
    }
    return { ...values, ...this.expand(written, false) };
  }

  /**
   * The headers of a server, with the variables that `${NAME}` stands for. All of them are secret.
   *
   * @throws Error that names a variable that is not set, or a header that cannot hold its value
   */
  headers(texts: Readonly<Record<string, string>>): Record<string, string> {
    const headers = this.expand(texts, true);
    for (const [name, value] of Object.entries(headers)) {
      const problem = headerProblem(value);
      if (problem === undefined) continue;
      const variables = [...(texts[name] ?? "").matchAll(VARIABLE)].map(([, variable]) => variable);
      throw new Error(`the header ${name} would hold ${problem}: check ${variables.join(" and ")}`);
    }
    return headers;
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
      const value = text.replace(VARIABLE, (_match, variable: string) =>
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
    for (const mark of CUT_MARKS) {
      if (masked.includes(mark)) masked = this.#maskCut(masked, mark);
    }
    return masked;
  }

  /** The beginning of a secret that a text was cut within. */
  #maskCut(text: string, mark: string): string {
    let masked = text;
    for (const value of this.#values) {
      for (let length = value.length - 1; length >= SHORTEST_CUT; length--) {
        masked = masked.replaceAll(`${value.slice(0, length)}${mark}`, `${MASK}${mark}`);
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
    if (!isProgramVariable(variable)) this.#keep(value);
    return value;
  }

  #keep(value: string): void {
    // The credential of "Bearer abc" is a secret without that word, too.
    for (const part of [value, ...value.split(/\s+/)]) {
      if (part.length >= SHORTEST_SECRET) this.#values.add(part);
    }
  }
}
