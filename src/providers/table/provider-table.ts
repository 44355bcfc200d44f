import type { WireName } from "../wire/provider-config.ts";
import {
  ANTHROPIC_SCHEMAS,
  chatSchemaRules,
  OPENAI_SCHEMAS,
  type SchemaRules,
} from "../wire/schema/schema-rules.ts";
import { DEFAULT_SWITCHES, type ServerSwitches } from "../wire/server-switches.ts";
import type { VariableText } from "./variable-text.ts";

/** How to reach one provider. `docs/wire/openai-chat.md` says where each fact comes from. */
export interface ProviderRow {
  readonly wire: WireName;
  /** Address without a trailing slash. */
  readonly baseUrl: string;
  /** An environment variable that replaces {@link ProviderRow.baseUrl}. */
  readonly baseUrlVariable?: string;
  /** Environment variables that may hold the key; the first that is set counts. */
  readonly keyVariables: readonly string[];
  /** Whether the server also answers without a key. */
  readonly keyOptional?: boolean;
  /** In what the server differs from {@link DEFAULT_SWITCHES}. */
  readonly switches?: Partial<ServerSwitches>;
  /** Headers of every request, by names in lower case. */
  readonly headers?: Readonly<Record<string, VariableText>>;
  /** Parameters of every request's query. */
  readonly query?: Readonly<Record<string, VariableText>>;
}

/** Providers by the name that stands before the colon in a model's name. */
export type ProviderTable = Readonly<Record<string, ProviderRow>>;

const OPENAI = {
  baseUrl: "https://api.openai.com/v1",
  baseUrlVariable: "OPENAI_BASE_URL",
  keyVariables: ["OPENAI_API_KEY"],
} as const;

export const PROVIDERS: ProviderTable = {
  anthropic: {
    wire: "anthropic",
    baseUrl: "https://api.anthropic.com",
    baseUrlVariable: "ANTHROPIC_BASE_URL",
    keyVariables: ["ANTHROPIC_API_KEY"],
  },
  openai: { ...OPENAI, wire: "openai-responses" },
  "openai-responses": { ...OPENAI, wire: "openai-responses" },
  "openai-chat": {
    ...OPENAI,
    wire: "openai-chat",
    switches: {
      maxTokensField: "max_completion_tokens",
      schemas: "openai",
      thinking: "effort-none",
      callIds: "40-characters",
      userField: "safety_identifier",
    },
  },
  ollama: {
    wire: "openai-chat",
    baseUrl: "http://localhost:11434/v1",
    baseUrlVariable: "OLLAMA_BASE_URL",
    keyVariables: ["OLLAMA_API_KEY"],
    keyOptional: true,
    switches: { thinking: "effort-none", toolChoice: "none", userField: "none" },
  },
  openrouter: {
    wire: "openai-chat",
    baseUrl: "https://openrouter.ai/api/v1",
    keyVariables: ["OPENROUTER_API_KEY"],
    // It brings either field into the form that the model behind it takes.
    switches: {
      maxTokensField: "max_tokens",
      schemas: "compatible",
      thinking: "reasoning-object",
    },
  },
  groq: {
    wire: "openai-chat",
    baseUrl: "https://api.groq.com/openai/v1",
    keyVariables: ["GROQ_API_KEY"],
    switches: { jsonSchema: "lenient", schemas: "closed", thinking: "effort-none" },
  },
  mistral: {
    wire: "openai-chat",
    baseUrl: "https://api.mistral.ai/v1",
    keyVariables: ["MISTRAL_API_KEY"],
    switches: {
      callIds: "9-alphanumeric",
      schemas: "compatible",
      seedField: "random_seed",
      streamUsage: false,
      thinking: "effort-none",
      pdf: "document_url",
      strictRoles: true,
      userField: "none",
    },
  },
  deepseek: {
    wire: "openai-chat",
    baseUrl: "https://api.deepseek.com",
    keyVariables: ["DEEPSEEK_API_KEY"],
    switches: {
      jsonSchema: "none",
      schemas: "compatible",
      thinking: "effort-toggle",
      images: false,
      pdf: "none",
    },
  },
  together: {
    wire: "openai-chat",
    baseUrl: "https://api.together.ai/v1",
    keyVariables: ["TOGETHER_API_KEY"],
    switches: { schemas: "compatible" },
  },
  fireworks: {
    wire: "openai-chat",
    baseUrl: "https://api.fireworks.ai/inference/v1",
    keyVariables: ["FIREWORKS_API_KEY"],
    switches: { schemas: "compatible", thinking: "effort-none" },
  },
  cerebras: {
    wire: "openai-chat",
    baseUrl: "https://api.cerebras.ai/v1",
    keyVariables: ["CEREBRAS_API_KEY"],
    switches: { maxTokensField: "max_completion_tokens", schemas: "closed" },
  },
  xai: {
    wire: "openai-chat",
    baseUrl: "https://api.x.ai/v1",
    keyVariables: ["XAI_API_KEY"],
    switches: { schemas: "compatible", thinking: "effort-none" },
  },
  "google-gla": {
    wire: "openai-chat",
    baseUrl: "https://generativelanguage.googleapis.com/v1beta/openai",
    keyVariables: ["GEMINI_API_KEY", "GOOGLE_API_KEY"],
    switches: { schemas: "gemini", thinking: "effort-none" },
  },
};

/** What the provider of a row takes of schemas. */
export function schemaRulesOf(row: ProviderRow): SchemaRules {
  if (row.wire === "anthropic") return ANTHROPIC_SCHEMAS;
  if (row.wire === "openai-responses") return OPENAI_SCHEMAS;
  return chatSchemaRules(switchesOf(row).schemas);
}

/** All switches of a row. */
export function switchesOf(row: ProviderRow): ServerSwitches {
  return { ...DEFAULT_SWITCHES, ...row.switches };
}
