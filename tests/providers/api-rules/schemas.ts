import { isJsonObject, type Json, type JsonObject } from "../../../src/model/json.ts";

/**
 * What servers are known to refuse of schemas, as `docs/wire/schemas.md` lists it with sources,
 * written down without a look at the code that keeps to it.
 */
export type SchemaRule = (schema: JsonObject) => readonly string[];

/** All parts of a schema, with the keyword that leads to each. */
function* everyPart(
  schema: Json,
  path = "#",
): Generator<readonly [path: string, part: JsonObject]> {
  if (!isJsonObject(schema)) return;
  yield [path, schema];
  for (const key of ["properties", "patternProperties", "$defs", "definitions"]) {
    const parts = schema[key];
    if (!isJsonObject(parts)) continue;
    for (const [name, part] of Object.entries(parts))
      yield* everyPart(part, `${path}/${key}/${name}`);
  }
  for (const key of ["anyOf", "oneOf", "allOf", "prefixItems"]) {
    const parts = schema[key];
    if (!Array.isArray(parts)) continue;
    for (const [index, part] of parts.entries()) yield* everyPart(part, `${path}/${key}/${index}`);
  }
  for (const key of [
    "items",
    "additionalProperties",
    "propertyNames",
    "not",
    "if",
    "then",
    "else",
  ]) {
    const part = schema[key];
    if (part !== undefined) yield* everyPart(part, `${path}/${key}`);
  }
}

const rootIsObject: SchemaRule = (schema) => [
  ...(schema["type"] === "object" ? [] : ["the root is no object"]),
  ...["anyOf", "oneOf", "allOf", "enum", "not", "$ref"]
    .filter((key) => schema[key] !== undefined)
    .map((key) => `the root has ${key}`),
];

const hasProperties: SchemaRule = ({ properties }) =>
  isJsonObject(properties) ? [] : ["object schema missing properties"];

const namesInAlphabet: SchemaRule = ({ properties }) =>
  Object.keys(isJsonObject(properties) ? properties : {})
    .filter((name) => !/^[a-zA-Z0-9_.-]{1,64}$/.test(name))
    .map((name) => `property key ${JSON.stringify(name)}`);

const inDraft2020: SchemaRule = (schema) =>
  [...everyPart(schema)].flatMap(([path, part]) => [
    ...(Array.isArray(part["items"]) ? [`${path} has a list of items`] : []),
    ...(typeof part["exclusiveMinimum"] === "boolean" ? [`${path} has a boolean bound`] : []),
    ...(part["nullable"] === undefined ? [] : [`${path} has nullable`]),
    ...(part["properties"] === undefined || isJsonObject(part["properties"])
      ? []
      : [`${path} has properties that are no map`]),
    ...(Array.isArray(part["enum"]) && part["enum"].length === 0 ? [`${path} has no values`] : []),
    ...(part["required"] === undefined || Array.isArray(part["required"])
      ? []
      : [`${path} has required that is no list`]),
  ]);

const referencesResolve: SchemaRule = (schema) =>
  [...everyPart(schema)].flatMap(([path, { $ref: reference }]) => {
    if (reference === undefined) return [];
    let target: Json | undefined = schema;
    for (const step of String(reference).split("/").slice(1)) {
      target = isJsonObject(target) ? target[step.replaceAll("~1", "/")] : undefined;
    }
    const isLocal = String(reference).startsWith("#");
    return isLocal && target !== undefined ? [] : [`${path} refers to ${String(reference)}`];
  });

const listsHaveItems: SchemaRule = (schema) =>
  [...everyPart(schema)].flatMap(([path, part]) => {
    const types: readonly Json[] = Array.isArray(part["type"])
      ? part["type"]
      : [part["type"] ?? ""];
    const isFine = !types.includes("array") || isJsonObject(part["items"]);
    return isFine ? [] : [`${path}: array schema missing items`];
  });

function patternsOf(part: JsonObject): readonly string[] {
  const byName = part["patternProperties"];
  return [
    ...(typeof part["pattern"] === "string" ? [part["pattern"]] : []),
    ...(isJsonObject(byName) ? Object.keys(byName) : []),
  ];
}

const noLookaround: SchemaRule = (schema) =>
  [...everyPart(schema)].flatMap(([path, part]) =>
    patternsOf(part)
      .filter((pattern) => /\(\?(?:[=!]|<[=!])/.test(pattern))
      .map(() => `${path}: regex lookaround is not supported`),
  );

const anchoredPatterns: SchemaRule = (schema) =>
  [...everyPart(schema)].flatMap(([path, part]) =>
    patternsOf(part)
      .filter((pattern) => !/^\^.*\$$/s.test(pattern) || /\\[dwsDWSbB]/.test(pattern))
      .map((pattern) => `${path}: no grammar for ${pattern}`),
  );

const GEMINI = new Set(
  "additionalProperties anyOf description enum format items maxItems maxLength maximum minItems minLength minimum pattern properties required title type".split(
    " ",
  ),
);

const geminiFields: SchemaRule = (schema) =>
  [...everyPart(schema)].flatMap(([path, part]) => [
    ...Object.keys(part)
      .filter((key) => !GEMINI.has(key))
      .map((key) => `${path}: Unknown name "${key}"`),
    ...(Array.isArray(part["enum"]) &&
    !part["enum"].every((v: Json) => typeof v === "string" && v !== "")
      ? [`${path}: enum of others than texts`]
      : []),
    ...(Array.isArray(part["type"]) ? [`${path}: a list of types`] : []),
    ...undefinedNames(part).map((name) => `${path}: required ${name}: property is not defined`),
  ]);

function undefinedNames({ required, properties }: JsonObject): readonly Json[] {
  const names: readonly Json[] = Array.isArray(required) ? required : [];
  const defined = isJsonObject(properties) ? properties : {};
  return names.filter((name) => !Object.hasOwn(defined, String(name)));
}

const all =
  (...rules: readonly SchemaRule[]): SchemaRule =>
  (schema) =>
    rules.flatMap((rule) => rule(schema));

/** What is refused of a tool's input schema. */
export const TOOL_RULES = {
  anthropic: all(rootIsObject, namesInAlphabet, inDraft2020, referencesResolve),
  openai: all(
    rootIsObject,
    hasProperties,
    inDraft2020,
    referencesResolve,
    listsHaveItems,
    noLookaround,
  ),
  compatible: all(
    ...[rootIsObject, hasProperties, namesInAlphabet, inDraft2020],
    ...[referencesResolve, listsHaveItems, noLookaround],
  ),
  gemini: all(
    rootIsObject,
    hasProperties,
    namesInAlphabet,
    listsHaveItems,
    noLookaround,
    geminiFields,
  ),
  grammar: all(
    rootIsObject,
    hasProperties,
    inDraft2020,
    referencesResolve,
    anchoredPatterns,
    noLookaround,
  ),
} as const;

/** What is refused of a schema that is sent with `strict: true`. */
export const strictRule: SchemaRule = (schema) => [
  ...rootIsObject(schema),
  ...noLookaround(schema),
  ...referencesResolve(schema),
  ...[...everyPart(schema)].flatMap(([path, part]) => {
    const { properties, required, additionalProperties } = part;
    const isObject =
      part["type"] === "object" || (Array.isArray(part["type"]) && part["type"].includes("object"));
    const names = Object.keys(isJsonObject(properties) ? properties : {});
    const isWhole = names.every((name) => Array.isArray(required) && required.includes(name));
    const saysType = ["type", "anyOf", "$ref"].some((key) => part[key] !== undefined);
    return [
      ...(isObject && additionalProperties !== false ? [`${path} is open`] : []),
      ...(isWhole ? [] : [`${path} has optional properties`]),
      ...(saysType ? [] : [`${path} has no type`]),
      ...[
        "default",
        "format",
        "oneOf",
        "allOf",
        "not",
        "prefixItems",
        "patternProperties",
        "propertyNames",
      ]
        .filter((key) => part[key] !== undefined)
        .map((key) => `${path} has ${key}`),
    ];
  }),
];

/** What Anthropic refuses of the schema of an output format. */
export const anthropicFormatRule: SchemaRule = (schema) => [
  ...referencesResolve(schema),
  ...recursions(schema),
  ...[...everyPart(schema)].flatMap(([path, part]) => {
    const isObject =
      part["type"] === "object" || (Array.isArray(part["type"]) && part["type"].includes("object"));
    const saysType = ["type", "anyOf", "allOf", "enum", "const", "$ref"].some(
      (key) => part[key] !== undefined,
    );
    return [
      ...(isObject && part["additionalProperties"] !== false ? [`${path} is open`] : []),
      ...(saysType ? [] : [`${path} has no type`]),
      ..."minimum maximum multipleOf minLength maxLength maxItems pattern oneOf not prefixItems"
        .split(" ")
        .filter((key) => part[key] !== undefined)
        .map((key) => `${path} has ${key}`),
    ];
  }),
];

function recursions(schema: JsonObject): readonly string[] {
  const definitions = isJsonObject(schema["$defs"]) ? schema["$defs"] : {};
  const visit = (part: Json, open: readonly string[]): readonly string[] =>
    [...everyPart(part)].flatMap(([path, { $ref: reference }]) => {
      if (path.includes("/$defs/") || reference === undefined) return [];
      const name = String(reference).replace("#/$defs/", "");
      if (reference === "#" || open.includes(name)) return [`${path} is recursive`];
      return visit(definitions[name] ?? null, [...open, name]);
    });
  return visit(schema, []);
}
