/**
 * What a provider takes of JSON Schema. `docs/wire/schemas.md` has the source of each fact.
 *
 * Of tools' inputs all providers want an object at the root, without `anyOf`, `oneOf`, `allOf`,
 * `enum`, `not` or `$ref` beside it; that is no switch.
 */
export interface SchemaRules {
  /** Names that a property at the root of a tool's input may have; any where it is undefined. */
  readonly propertyName: RegExp | undefined;
  /** Whether the root of a tool's input must have `properties`. */
  readonly needsProperties: boolean;
  /**
   * Regular expressions that are taken.
   *
   * - `all`: any that is one.
   * - `no-lookaround`: those without lookahead, lookbehind and back references.
   * - `plain`: of these, those from `^` to `$` that escape nothing but punctuation.
   */
  readonly patterns: "all" | "no-lookaround" | "plain";
  /** Whether lists may be described item by item, and without `items` at all. */
  readonly tuples: boolean;
  /** Whether `oneOf` is taken; else it is said as `anyOf`. */
  readonly oneOf: boolean;
  /** Whether references are taken; else what they lead to is written in their place. */
  readonly references: boolean;
  /** Keywords that are taken; all where it is undefined. */
  readonly keywords: ReadonlySet<string> | undefined;
  /** Whether an `enum` may hold only texts that are not empty, a `type` one name, `const` nothing. */
  readonly textEnumsOnly: boolean;
  /** Whether `required` may name only properties that are described, of what is said an object. */
  readonly requiredDefined: boolean;
  /** Values of `format` that are taken; all where it is undefined. */
  readonly formats: ReadonlySet<string> | undefined;
  /**
   * Keywords of an output schema that the server takes; a schema with others, or with an object
   * that is not closed, is carried by a tool. All where it is undefined.
   */
  readonly outputKeywords: ReadonlySet<string> | undefined;
}

/** Source of the names: Anthropic's refusal, "Property keys should match pattern". */
const ANTHROPIC_NAME = /^[a-zA-Z0-9_.-]{1,64}$/;

/** All of draft 2020-12. */
export const WHOLE_LANGUAGE: SchemaRules = {
  propertyName: undefined,
  needsProperties: false,
  patterns: "all",
  tuples: true,
  oneOf: true,
  references: true,
  keywords: undefined,
  textEnumsOnly: false,
  requiredDefined: false,
  formats: undefined,
  outputKeywords: undefined,
};

/** Anthropic's Messages API, wherever it is spoken. */
export const ANTHROPIC_SCHEMAS: SchemaRules = { ...WHOLE_LANGUAGE, propertyName: ANTHROPIC_NAME };

/** OpenAI's own servers, on both of its wires. */
export const OPENAI_SCHEMAS: SchemaRules = {
  ...WHOLE_LANGUAGE,
  needsProperties: true,
  patterns: "no-lookaround",
  tuples: false,
  oneOf: false,
};

/** Other companies' Chat Completions. Some of them hand requests on to Anthropic. */
const COMPATIBLE: SchemaRules = { ...OPENAI_SCHEMAS, propertyName: ANTHROPIC_NAME };

const CLOSED_KEYWORDS: ReadonlySet<string> = new Set(
  "$defs $ref additionalProperties anyOf description enum items properties required title type".split(
    " ",
  ),
);

const GEMINI_KEYWORDS: ReadonlySet<string> = new Set(
  (
    "additionalProperties anyOf description enum format items maxItems maxLength maximum minItems minLength minimum " +
    "pattern properties required title type"
  ).split(" "),
);

/**
 * Chat Completions servers by what they take.
 *
 * - `openai`: OpenAI's own.
 * - `compatible`: other companies'.
 * - `closed`: the same; they take output schemas of closed objects without bounds only.
 * - `gemini`: Google's.
 * - `grammar`: a server of one's own, which may make a grammar of the schemas, as llama.cpp does.
 */
const CHAT_SCHEMAS = {
  openai: OPENAI_SCHEMAS,
  compatible: COMPATIBLE,
  closed: { ...COMPATIBLE, outputKeywords: CLOSED_KEYWORDS },
  gemini: {
    ...COMPATIBLE,
    references: false,
    keywords: GEMINI_KEYWORDS,
    textEnumsOnly: true,
    requiredDefined: true,
    formats: new Set(["date-time"]),
  },
  grammar: { ...COMPATIBLE, patterns: "plain" },
} as const satisfies Readonly<Record<string, SchemaRules>>;

export type ChatSchemas = keyof typeof CHAT_SCHEMAS;

export function chatSchemaRules(name: ChatSchemas): SchemaRules {
  return CHAT_SCHEMAS[name];
}
