import { expect, test } from "vitest";
import type { JsonObject, JsonSchema } from "../../../model/json.ts";
import { type Message, userText } from "../../../model/message.ts";
import type { ModelRequest } from "../../../model/request.ts";
import { inputBack, inputDialect, inSchemaDialect } from "./schema-dialect.ts";
import { ANTHROPIC_SCHEMAS, chatSchemaRules, OPENAI_SCHEMAS } from "./schema-rules.ts";

const text = { type: "string" };

function asked(
  inputSchema: JsonSchema,
  messages: readonly Message[] = [userText("hi")],
): ModelRequest {
  const tools = [{ name: "take", description: "Takes it.", inputSchema }];
  return { model: "openai:gpt-5-mini", system: "", messages, tools, serverTools: [], settings: {} };
}

test("a request that is taken as it is stays the very same", () => {
  const request = asked({ type: "object", properties: { a: text }, required: ["a"] });
  expect(inSchemaDialect(request, OPENAI_SCHEMAS)).toBe(request);
  expect(inSchemaDialect(request, ANTHROPIC_SCHEMAS)).toBe(request);
});

test("a text is wrapped in the schema and in history, and unwrapped on the way back", () => {
  const call = { kind: "tool-call", id: "c1", name: "take", input: "hello" } as const;
  const broken = { ...call, id: "c2", input: {}, invalidInput: "{" };
  const request = asked(text, [userText("hi"), { kind: "assistant", parts: [call, broken] }]);
  const sent = inSchemaDialect(request, OPENAI_SCHEMAS);
  expect(sent.tools[0]?.inputSchema).toEqual({
    type: "object",
    properties: { value: text },
    required: ["value"],
    additionalProperties: false,
  });
  expect(sent.messages[1]).toEqual({
    kind: "assistant",
    parts: [{ ...call, input: { value: "hello" } }, broken],
  });
  const back = inputBack(request, OPENAI_SCHEMAS);
  expect(back("take", { value: "hello" })).toBe("hello");
  expect(back("take", { other: 1 })).toEqual({ other: 1 });
  expect(back("unknown", { value: 1 })).toEqual({ value: 1 });
});

test("properties are there, whatever a server put in their place", () => {
  for (const properties of [undefined, null, []]) {
    const schema = { type: "object", ...(properties === undefined ? {} : { properties }) };
    expect(inputDialect(schema, OPENAI_SCHEMAS).schema).toEqual({ type: "object", properties: {} });
  }
  expect(inputDialect({ type: "object", properties: null }, ANTHROPIC_SCHEMAS).schema).toEqual({
    type: "object",
  });
});

test("what must be there of several properties is told, and the object is one", () => {
  const schema = {
    type: "object",
    properties: { id: text, title: text, body: text },
    required: ["id"],
    anyOf: [{ required: ["title"] }, { required: ["body"] }],
  };
  const { schema: sent, hint } = inputDialect(schema, ANTHROPIC_SCHEMAS);
  expect(sent).toEqual({ type: "object", properties: schema.properties, required: ["id"] });
  expect(hint).toContain("- id, title\n- id, body");
});

test("a property of one open variant is described for the others, too", () => {
  const schema = {
    oneOf: [
      { type: "object", properties: { kind: { const: "a" }, n: { type: "number" } } },
      { type: "object", properties: { kind: { const: "b" } } },
      { type: "object", properties: { kind: { const: "c" } }, additionalProperties: true },
    ],
  };
  const { properties } = inputDialect({ oneOf: schema.oneOf.slice(0, 2) }, OPENAI_SCHEMAS).schema;
  expect(properties).toEqual({ kind: { enum: ["a", "b"] }, n: { type: "number" } });
  expect(inputDialect(schema, OPENAI_SCHEMAS).schema["properties"]).toMatchObject({
    n: { anyOf: [{ type: "number" }, {}] },
  });
});

test("a root that refers to itself stays whole under another root", () => {
  const schema = { anyOf: [text, { type: "array", items: { $ref: "#" } }] };
  expect(inputDialect(schema, OPENAI_SCHEMAS).schema).toEqual({
    type: "object",
    properties: { value: { anyOf: [text, { type: "array", items: { $ref: "#/$defs/root" } }] } },
    required: ["value"],
    additionalProperties: false,
    $defs: { root: { anyOf: [text, { type: "array", items: { $ref: "#/$defs/root" } }] } },
  });
});

test.each<[string, JsonObject, JsonObject]>([
  [
    "a list of items",
    { type: "array", items: [text, { type: "number" }], additionalItems: false },
    { type: "array", prefixItems: [text, { type: "number" }], items: false },
  ],
  [
    "a flag of a bound",
    { type: "number", minimum: 1, exclusiveMinimum: true },
    { type: "number", exclusiveMinimum: 1 },
  ],
  ["nullable", { type: "string", nullable: true }, { type: ["string", "null"] }],
  [
    "a reference that leads nowhere",
    { $ref: "#/$defs/Gone" },
    { description: 'must fit {"$ref":"#/$defs/Gone"}' },
  ],
  [
    "an enum without values",
    { type: "string", enum: [] },
    { type: "string", description: 'must fit {"enum":[]}' },
  ],
])("%s is said in words of today", (_what, part, expected) => {
  const schema = { type: "object", properties: { a: part } };
  expect(inputDialect(schema, ANTHROPIC_SCHEMAS).schema["properties"]).toEqual({ a: expected });
});

test("a reference is written out where none is taken, and told where it comes again", () => {
  const schema = {
    type: "object",
    properties: { tree: { $ref: "#/$defs/Tree" } },
    $defs: { Tree: { type: "object", properties: { inner: { $ref: "#/$defs/Tree" } } } },
  };
  expect(inputDialect(schema, chatSchemaRules("gemini")).schema).toEqual({
    type: "object",
    properties: {
      tree: {
        type: "object",
        properties: { inner: { type: "object", description: 'must fit {"$ref":"#/$defs/Tree"}' } },
      },
    },
  });
});

test("a tool that can never be called is refused", () => {
  expect(() => inSchemaDialect(asked({ not: {} }), OPENAI_SCHEMAS)).toThrow(
    /openai does not take the input schema of the tool take, which no value fits/,
  );
});

test("a schema that leads round in a circle ends", () => {
  for (const schema of [
    { $ref: "#" },
    { anyOf: [{ $ref: "#" }] },
    { allOf: [{ $ref: "#" }, { $ref: "#" }] },
  ]) {
    expect(inputDialect(schema, ANTHROPIC_SCHEMAS).schema["type"]).toBe("object");
    expect(inputDialect(schema, chatSchemaRules("gemini")).schema["type"]).toBe("object");
  }
});
