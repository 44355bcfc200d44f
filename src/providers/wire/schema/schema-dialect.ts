import type { LlmDoError } from "../../../errors/llm-do-error.ts";
import { isJsonObject, type Json, type JsonSchema } from "../../../model/json.ts";
import type { AnswerPart, Message } from "../../../model/message.ts";
import type { ModelRequest, ToolDefinition } from "../../../model/request.ts";
import { withoutKeywords } from "../../../model/schema/schema-parts.ts";
import { refuseRequest } from "../refuse-request.ts";
import { fitSchema, type LoosePart } from "./fit-schema.ts";
import { anchorReferences, objectRoot, WRAPPER } from "./object-root.ts";
import { type PropertyNames, propertyNames, renamed, renameInSchema } from "./property-names.ts";
import { type SchemaRules, WHOLE_LANGUAGE } from "./schema-rules.ts";
import { tellVariants } from "./schema-variants.ts";

/** One schema of a tool's input as a provider takes it, and the way between the two for values. */
interface InputDialect {
  readonly schema: JsonSchema;
  /** What the tool's description says beside its own words; empty where there is nothing to say. */
  readonly hint: string;
  /** What is carried otherwise than by the schema, one line each, for people. */
  readonly carried: readonly string[];
  /** Whether no value fits the schema, so that the tool can never be called. */
  readonly isImpossible: boolean;
  /** An input as the provider is told it. */
  toWire(input: Json): Json;
  /** An input as the tool takes it. */
  back(sent: Json): Json;
}

const known = new WeakMap<SchemaRules, WeakMap<JsonSchema, InputDialect>>();

/** Finds out once for each schema how a provider takes it. */
export function inputDialect(schema: JsonSchema, rules: SchemaRules): InputDialect {
  let ofRules = known.get(rules);
  if (!ofRules) {
    ofRules = new WeakMap();
    known.set(rules, ofRules);
  }
  let dialect = ofRules.get(schema);
  if (!dialect) {
    dialect = makeDialect(schema, rules);
    ofRules.set(schema, dialect);
  }
  return dialect;
}

/**
 * A request with its tools' schemas, and the inputs in its history, as a provider takes them. The
 * very same request where it takes them as they are.
 *
 * @throws LlmDoError `configuration` for a tool that could never be called
 */
export function inSchemaDialect(request: ModelRequest, rules: SchemaRules): ModelRequest {
  const dialects = new Map(
    request.tools.map((tool) => [tool.name, inputDialect(tool.inputSchema, rules)]),
  );
  const [impossible] = [...dialects].find(([, { isImpossible }]) => isImpossible) ?? [];
  if (impossible !== undefined) throw neverCalled(request.model, impossible);
  const tools = mapKept(request.tools, (tool) => spoken(tool, dialects.get(tool.name)));
  const messages = mapKept(request.messages, (message) => toWire(message, dialects));
  if (tools === request.tools && messages === request.messages) return request;
  return { ...request, tools, messages };
}

/** The input of a call as its tool takes it; the call of a tool that is not offered stays as it is. */
export function inputBack(
  { tools }: Pick<ModelRequest, "tools">,
  rules: SchemaRules,
): (name: string, sent: Json) => Json {
  const schemas = new Map(tools.map(({ name, inputSchema }) => [name, inputSchema]));
  return (name, sent) => {
    const schema = schemas.get(name);
    return schema === undefined ? sent : inputDialect(schema, rules).back(sent);
  };
}

function neverCalled(model: string, name: string): LlmDoError {
  const what = `the input schema of the tool ${name}, which no value fits`;
  return refuseRequest(model, what, [`describe an input that ${name} can be given`]);
}

function spoken(tool: ToolDefinition, dialect: InputDialect | undefined): ToolDefinition {
  if (!dialect || (dialect.schema === tool.inputSchema && dialect.hint === "")) return tool;
  const description = [tool.description, dialect.hint].filter((text) => text !== "").join("\n\n");
  return { ...tool, description, inputSchema: dialect.schema };
}

function toWire(message: Message, dialects: ReadonlyMap<string, InputDialect>): Message {
  if (message.kind !== "assistant") return message;
  const parts = mapKept(message.parts, (part): AnswerPart => {
    const dialect = part.kind === "tool-call" ? dialects.get(part.name) : undefined;
    if (!dialect || part.kind !== "tool-call" || part.invalidInput !== undefined) return part;
    const input = dialect.toWire(part.input);
    return input === part.input ? part : { ...part, input };
  });
  return parts === message.parts ? message : { ...message, parts };
}

/** The mapped list; the very same list where no item changes. */
function mapKept<T>(list: readonly T[], map: (item: T) => T): readonly T[] {
  const next = list.map(map);
  return next.every((item, index) => item === list[index]) ? list : next;
}

const SAME = (value: Json): Json => value;

function makeDialect(schema: JsonSchema, rules: SchemaRules): InputDialect {
  const usual = { hint: "", carried: [], isImpossible: false, toWire: SAME, back: SAME };
  // What no server takes stands in the way of finding the objects that a root describes.
  const today = fitSchema(schema, WHOLE_LANGUAGE);
  const root = objectRoot(today.schema);
  const carried = today.loose.map(tellLoose);
  switch (root.kind) {
    case "nothing":
      return { ...usual, schema: { type: "object", properties: {} }, isImpossible: true };
    case "wrapped": {
      const { schema: wrapped, loose } = fitSchema(root.schema, rules);
      return {
        ...usual,
        schema: wrapped,
        carried: [
          `it is no object, so it is sent as { ${WRAPPER}: ... }`,
          ...carried,
          ...loose.map(tellLoose),
        ],
        toWire: (input) => ({ [WRAPPER]: input }),
        back: unwrapped,
      };
    }
    case "merged":
      return withPropertyNames(root.schema, rules, {
        hint: (names) => tellVariants(root.variants, names),
        carried: [
          "its variants are sent as one object, told in the description and checked here",
          ...carried,
        ],
      });
    case "written-out": {
      const isLess = Object.keys(root.left).length > 0;
      const left = JSON.stringify(root.left);
      return withPropertyNames(root.schema, rules, {
        hint: () => (isLess ? `The input must fit ${left}` : ""),
        carried: isLess ? [tellLoose({ path: "", told: left }), ...carried] : carried,
      });
    }
    case "as-it-is":
      return withPropertyNames(root.schema, rules, { hint: () => "", carried });
    default:
      return root satisfies never;
  }
}

/** The last step for an object: names of its properties, and that it has any. */
function withPropertyNames(
  schema: JsonSchema,
  rules: SchemaRules,
  said: { hint(names: PropertyNames): string; readonly carried: readonly string[] },
): InputDialect {
  const names = propertyNames(schema, rules.propertyName);
  const own = names.size === 0 ? schema : anchorReferences(schema);
  const { schema: fitted, loose } = fitSchema(renameInSchema(own, names), rules);
  const renames = [...names].map(
    ([name, sent]) => `its property ${JSON.stringify(name)} is sent as ${JSON.stringify(sent)}`,
  );
  return {
    schema: withProperties(fitted, rules),
    hint: said.hint(names),
    carried: [...said.carried, ...renames, ...loose.map(tellLoose)],
    isImpossible: false,
    toWire: names.size === 0 ? SAME : (input) => renamed(input, names, "there"),
    back: names.size === 0 ? SAME : (sent) => renamed(sent, names, "back"),
  };
}

function withProperties(schema: JsonSchema, { needsProperties }: SchemaRules): JsonSchema {
  const { properties } = schema;
  if (isJsonObject(properties) || (!needsProperties && properties === undefined)) return schema;
  return { ...withoutKeywords(schema, "properties"), properties: {} };
}

function unwrapped(sent: Json): Json {
  if (!isJsonObject(sent) || !Object.hasOwn(sent, WRAPPER)) return sent;
  return sent[WRAPPER] ?? null;
}

function tellLoose({ path, told }: LoosePart): string {
  const where = path === "" ? "" : `${path} `;
  return `${where}${told} is told in the description and checked here`;
}
