import { LlmDoError } from "../errors/llm-do-error.ts";
import type { Environment } from "../host/host.ts";
import type { Json } from "../model/json.ts";

/**
 * Formats by which issuers mark their credentials, so that scanners find them. Sources: the
 * issuers' own key prefixes as listed by GitHub secret scanning, read 2026-11-22,
 * https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns
 */
const FORMATS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["an Anthropic key", /\bsk-ant-[A-Za-z0-9_-]{20,}/],
  ["an OpenRouter key", /\bsk-or-v1-[A-Za-z0-9]{32,}/],
  ["an OpenAI key", /\bsk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{32,}/],
  ["a Google API key", /\bAIza[A-Za-z0-9_-]{35}/],
  ["a Groq key", /\bgsk_[A-Za-z0-9]{40,}/],
  ["an xAI key", /\bxai-[A-Za-z0-9]{40,}/],
  ["a Hugging Face token", /\bhf_[A-Za-z0-9]{30,}/],
  ["a GitHub token", /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})/],
  ["a GitLab token", /\bglpat-[A-Za-z0-9_-]{20,}/],
  ["an npm token", /\bnpm_[A-Za-z0-9]{36,}/],
  ["a Slack token", /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/],
  ["an AWS access key", /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/],
  ["a Stripe key", /\b[rs]k_live_[A-Za-z0-9]{20,}/],
  ["a private key", /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ["a JSON web token", /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/],
];

const ANY_FORMAT = new RegExp(FORMATS.map(([, pattern]) => pattern.source).join("|"));

const SECRET_NAME =
  /(?:^|_)(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|APIKEY)(?:_|$)/i;
/** Variables of such names that hold something public: a path, a socket, a fingerprint. */
const PUBLIC_NAME = /(?:_FILE|_PATH|_DIR|_SOCK|_ID|_URL)$|^GPG_KEY$|^npm_/i;
/** Shorter values occur in ordinary texts. */
const SHORTEST_SECRET = 8;

/** Finds credentials in what is about to be written. */
export class SecretScanner {
  readonly #variables: readonly (readonly [name: string, value: string])[];
  readonly #anyVariable: RegExp | undefined;

  constructor(env: Environment) {
    this.#variables = Object.entries(env).flatMap(([name, value]) =>
      value !== undefined && isSecretVariable(name, value) ? [[name, value] as const] : [],
    );
    const values = this.#variables.map(([, value]) => escapeRegExp(value));
    this.#anyVariable = values.length > 0 ? new RegExp(values.join("|")) : undefined;
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
        this.#walk(field, `${path}.${key}`, cassette);
        if (this.#find(key) !== undefined) throw refusal("a credential", path, cassette);
      }
    }
  }

  /** What kind of secret a text holds. */
  #find(text: string): string | undefined {
    if (text.length < SHORTEST_SECRET) return undefined;
    if (this.#anyVariable?.test(text)) {
      const variable = this.#variables.find(([, value]) => text.includes(value));
      return `the value of the environment variable ${variable?.[0]}`;
    }
    if (!ANY_FORMAT.test(text)) return undefined;
    return FORMATS.find(([, pattern]) => pattern.test(text))?.[0];
  }
}

function isSecretVariable(name: string, value: string): boolean {
  return SECRET_NAME.test(name) && !PUBLIC_NAME.test(name) && value.length >= SHORTEST_SECRET;
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
