import { LlmDoError } from "../errors/llm-do-error.ts";
import type { Environment } from "../host/host.ts";
import { isSecretName } from "../host/secret-names.ts";
import type { Json } from "../model/json.ts";

/**
 * Formats by which issuers mark their credentials, so that scanners find them. Written from common
 * knowledge of these prefixes and not checked against each issuer's own pages: a format may be
 * missing or may have changed, so this is a net and no proof.
 */
const FORMATS: readonly (readonly [name: string, format: RegExp])[] = [
  ["an Anthropic key", /sk-ant-[A-Za-z0-9_-]{20,}/],
  ["an OpenRouter key", /sk-or-v1-[A-Za-z0-9]{32,}/],
  // Without the prefix of a kind no hyphens: "sk-learn-..." is a word.
  ["an OpenAI key", /sk-(?:(?:proj|svcacct|admin)-[A-Za-z0-9_-]{32,}|[A-Za-z0-9]{32,})/],
  ["a Google API key", /AIza[A-Za-z0-9_-]{35}/],
  ["a Groq key", /gsk_[A-Za-z0-9]{40,}/],
  ["an xAI key", /xai-[A-Za-z0-9]{40,}/],
  ["a Hugging Face token", /hf_[A-Za-z0-9]{30,}/],
  ["a GitHub token", /(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})/],
  ["a GitLab token", /glpat-[A-Za-z0-9_-]{20,}/],
  ["an npm token", /npm_[A-Za-z0-9]{36,}/],
  ["a Slack token", /xox[abeoprs]-[A-Za-z0-9-]{10,}/],
  ["an AWS access key", /(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/],
  ["a Stripe key", /[rs]k_live_[A-Za-z0-9]{20,}/],
  ["a private key", /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ["a JSON web token", /eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/],
];

/** Credentials do not begin within a word; the n of an escaped line break is none. */
const START = String.raw`(?:(?<![A-Za-z0-9])|(?<=\\[nrt]))`;

const ANY_FORMAT = new RegExp(`${START}(?:${FORMATS.map(([, { source }]) => source).join("|")})`);

/** Shorter values occur in ordinary texts. */
const SHORTEST_SECRET = 8;

const MASK = "<secret>";

/** Finds credentials in what is about to be written. */
export class SecretScanner {
  readonly #variables: readonly (readonly [name: string, value: string])[];
  /** Anything that is secret, the whole of it. */
  readonly #secret: RegExp;

  constructor(env: Environment) {
    this.#variables = Object.entries(env)
      .map(([name, value]) => [name, value?.trim() ?? ""] as const)
      .filter(([name, value]) => isSecretVariable(name, value))
      // Of two values that begin alike the longer one is masked whole.
      .sort(([, left], [, right]) => right.length - left.length);
    const values = this.#variables.map(([, value]) => escapeRegExp(value));
    this.#secret = new RegExp([...values, ANY_FORMAT.source].join("|"));
  }

  /**
   * @param entry what is to be written
   * @throws LlmDoError `cassette-refused` that says what was found and where, never the value
   */
  check(entry: Readonly<Record<string, Json | undefined>>, cassette: string): void {
    for (const [field, value] of Object.entries(entry)) {
      if (value !== undefined) this.#walk(value, field, cassette);
    }
  }

  /** The text with every secret in it replaced by `<secret>`. */
  mask(text: string): string {
    return text.replace(new RegExp(this.#secret, "g"), MASK);
  }

  #walk(value: Json, path: string, cassette: string): void {
    if (typeof value === "string") {
      const found = this.#find(value);
      if (found !== undefined) throw refusal(found, path, cassette);
    } else if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index++) {
        this.#walk(value[index] as Json, `${path}[${index}]`, cassette);
      }
    } else if (typeof value === "object" && value !== null) {
      for (const [key, field] of Object.entries(value)) {
        // The key first: it would stand in the place of what is in it.
        const found = this.#find(key);
        if (found !== undefined) throw refusal(found, `a key of ${path}`, cassette);
        this.#walk(field, `${path}.${key}`, cassette);
      }
    }
  }

  /** What kind of secret a text holds. */
  #find(text: string): string | undefined {
    if (text.length < SHORTEST_SECRET || !this.#secret.test(text)) return undefined;
    const variable = this.#variables.find(([, value]) => text.includes(value));
    if (variable) return `the value of the environment variable ${variable[0]}`;
    return FORMATS.find(([, { source }]) => new RegExp(START + source).test(text))?.[0];
  }
}

function isSecretVariable(name: string, value: string): boolean {
  return isSecretName(name) && value.length >= SHORTEST_SECRET;
}

/** RegExp.escape is newer than the oldest Node that is supported. */
function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}

function refusal(found: string, path: string, cassette: string): LlmDoError {
  return new LlmDoError({
    code: "cassette-refused",
    verb: "record",
    what: cassette,
    reason: `what is to be written holds ${found}, at ${path}`,
    tries: [
      "keep the secret out of prompts and tool results",
      'or replace it: a pattern under "redact" in llm-do.yaml',
    ],
  });
}
