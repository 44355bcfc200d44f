import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { inlineSchema } from "../../src/functions/inline-schema.ts";
import type { LlmFunction } from "../../src/functions/llm-function.ts";
import type { Schema } from "../../src/functions/schema.ts";
import type { JsonSchema } from "../../src/model/json.ts";
import { aTool, aWorker, type Ran, runEntry, toldToModel } from "../support/project.ts";

const ORIGIN = { key: "input_schema", place: { file: "main.worker" } };
const object = (properties: JsonSchema) => inlineSchema({ type: "object", properties }, ORIGIN);
const STRING = { type: "string" };

/** Schemas without a property `input`, and what is said that they take. */
const WITHOUT: Readonly<Record<string, readonly [Schema, string]>> = {
  "an optional list": [z.object({ only: z.array(z.number()).optional() }), "{ only?: number[] }"],
  "nothing but a text": [z.object({ path: z.string() }), "{ path: string }"],
  "an object that may be empty": [z.object({}), "object"],
  "any object": [z.looseObject({}), "object"],
  "a record": [z.record(z.string(), z.string()), "{ [key: string]: string }"],
  "one of two objects": [
    z.union([z.object({ a: z.string().optional() }), z.object({ b: z.number() })]),
    "{ a?: string } | { b: number }",
  ],
  "a choice": [z.object({ size: z.enum(["s", "l"]) }), '{ size: "s" | "l" }'],
  "an inline schema": [await object({ only: STRING }), "{ only?: string }"],
};

/** Schemas with it, and what they make of the text "hello". */
const WITH: Readonly<Record<string, readonly [Schema, unknown]>> = {
  "a text": [z.object({ input: z.string() }), { input: "hello" }],
  "an optional text": [z.object({ input: z.string().optional() }), { input: "hello" }],
  "a default beside it": [
    z.object({ input: z.string(), n: z.number().default(1) }),
    { input: "hello", n: 1 },
  ],
  "an intersection": [
    z.object({ input: z.string() }).and(z.object({ n: z.number().optional() })),
    { input: "hello" },
  ],
  "a union": [
    z.union([z.object({ input: z.string() }), z.object({ other: z.string() })]),
    { input: "hello" },
  ],
  "an inline schema": [await object({ input: STRING, tone: STRING }), { input: "hello" }],
};

/** A tool that answers with its input. */
const echo = (name: string, input: Schema) => aTool(name, { input, run: (given) => given });

describe("a text for an entry", () => {
  test.each(Object.entries(WITHOUT))("that takes %s is an error", async (_what, [input, takes]) => {
    for (const entry of [echo("main", input), aWorker("main", { input })]) {
      const { error, asked } = await runEntry(entry, { input: "hello" });
      expect(error?.message).toBe(
        `Failed to call "main": its input does not fit: it is a text, and it takes ${takes}`,
      );
      expect(asked).toEqual([]);
    }
  });

  test.each(Object.entries(WITH))("is its property input: %s", async (_what, [input, value]) => {
    const { result } = await runEntry(echo("main", input), { input: "hello" });
    expect(result?.output).toEqual(value);
    expect((await runEntry(aWorker("main", { input }), { input: "hello" })).result).toBeDefined();
  });

  test("that takes a text is that text", async () => {
    const { result } = await runEntry(echo("main", z.string()), { input: "hello" });
    expect(result?.output).toBe("hello");
  });

  test("says what keeps it from being the property input", async () => {
    const input = z.object({ input: z.string(), tone: z.enum(["warm", "cold"]) });
    const { error } = await runEntry(echo("main", input), { input: "hello" });
    expect(error?.reason).toMatch(/^its input does not fit: tone: .*; it takes \{ input: string/);
    expect(error?.tries).toEqual([`pass {"input":"a","tone":"warm"}`]);
  });

  test("shows an input that fits", async () => {
    const { error } = await runEntry(
      echo("main", z.object({ only: z.array(z.number()).optional() })),
      {
        input: "hello",
      },
    );
    const [, example = ""] = /^pass (.*)$/.exec(error?.tries[0] ?? "") ?? [];
    const { result } = await runEntry(
      echo("main", z.object({ only: z.array(z.number()).optional() })),
      { input: JSON.parse(example) },
    );
    expect(result?.output).toEqual({ only: [expect.any(Number)] });
  });

  test("is never dropped", async () => {
    const names = fc.constantFrom("input", "text", "only", "n", "__proto__");
    const fields = fc.uniqueArray(names, { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(fields, fc.string(), async (keys, text) => {
        const shape = Object.fromEntries(keys.map((key) => [key, z.string().optional()]));
        const { result, error } = await runEntry(echo("main", z.object(shape)), { input: text });
        if (Object.hasOwn(shape, "input")) expect(result?.output).toEqual({ input: text });
        else expect(error?.reason).toMatch(/^its input does not fit: it is a text, and it takes/);
      }),
      { numRuns: 50 },
    );
  });
});

/** Lets a model call a function with an input, and gives what it is told. */
async function toldOf(target: LlmFunction, input: string): Promise<{ told: string; ran: Ran }> {
  const ran = await runEntry(aWorker("main", { calls: [target] }), {
    script: `- tool_call: { name: ${target.name}, input: ${input} }\n- Ok.\n- Ok.\n`,
  });
  return { told: toldToModel(ran), ran };
}

describe("a model's call", () => {
  test.each(Object.entries(WITH))("with a text is invalid: %s", async (_what, [input]) => {
    const { told, ran } = await toldOf(echo("helper", input), "hello");
    expect(told).toMatch(/^helper! its input does not fit: it is a text, and must be \{/);
    expect(ran.result?.output).toBe("Ok.");
  });

  test("of a worker with a text is invalid, and says what the worker takes", async () => {
    const { told, ran } = await toldOf(aWorker("helper"), "hello");
    expect(told).toBe(
      "helper! its input does not fit: it is a text, and must be { input: string; attachments?: string[] }",
    );
    expect(ran.asked.map(({ caller }) => caller?.worker)).toEqual(["main", "main"]);
  });

  test.each([
    ["[1]", "a list"],
    ["7", "a number"],
    ["true", "a boolean"],
  ])("with %s is invalid, and says so", async (input, kind) => {
    const { told } = await toldOf(aWorker("helper"), input);
    expect(told).toMatch(`helper! its input does not fit: it is ${kind}, and must be {`);
  });

  test("of a tool that takes a text may give one", async () => {
    expect((await toldOf(echo("helper", z.string()), "hello")).told).toBe("helper: hello");
  });
});

describe("code that calls a function", () => {
  const calling = (input: Schema) => ({
    entry: aTool("main", { run: (_input, ctx) => ctx.call("helper", "hello") }),
    space: [echo("helper", input)],
  });

  test.each(Object.entries(WITH))("may write a text for %s", async (_what, [input, value]) => {
    const { entry, space } = calling(input);
    expect((await runEntry(entry, { space })).result?.output).toEqual(value);
  });

  test.each(Object.entries(WITHOUT))(
    "is told what else it takes: %s",
    async (_what, [input, takes]) => {
      const { entry, space } = calling(input);
      const { error } = await runEntry(entry, { space });
      expect(error?.message).toContain(`it is a text, and it takes ${takes}`);
    },
  );
});
