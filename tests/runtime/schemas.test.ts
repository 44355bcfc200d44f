import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { inlineSchema } from "../../src/functions/inline-schema.ts";
import type { WorkerFunction } from "../../src/functions/llm-function.ts";
import type { Schema } from "../../src/functions/schema.ts";
import type { JsonSchema } from "../../src/model/json.ts";
import type { ContentPart, Message } from "../../src/model/message.ts";
import { generateExample } from "../../src/model/schema/example-of-schema.ts";
import { createTestTransport } from "../../src/providers/script/test-model.ts";
import { BYTES } from "../support/file-bytes.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { jsonSchemas, objectSchemas } from "../support/json-schemas.ts";
import { aTool, aWorker, runEntry, toldToModel, writeFiles } from "../support/project.ts";

const origin = { key: "schema", place: { file: "main.worker" } };
const inline = (schema: JsonSchema) => inlineSchema(schema, origin);
const answering = (schema: Schema, name = "main"): WorkerFunction =>
  aWorker(name, { output: schema });

function said(messages: readonly Message[] | undefined): readonly string[] {
  return (messages ?? []).map((message) => {
    const parts: readonly { readonly kind: string }[] =
      message.kind === "assistant" ? message.parts : message.content;
    return parts.map((part) => ("text" in part ? String(part.text) : part.kind)).join("|");
  });
}

const firstContent = (messages: readonly Message[] | undefined): readonly ContentPart[] => {
  const [first] = messages ?? [];
  return first?.kind === "user" ? first.content : [];
};

describe("an input schema", () => {
  const pitch = z.object({ idea: z.string(), pages: z.number().default(3) });

  test("is what a calling model sees of the worker", async () => {
    const writer = aWorker("writer", { input: pitch });
    const { asked } = await runEntry(aWorker("main", { calls: [writer] }));
    expect(asked[0]?.tools).toMatchObject([
      { name: "writer", inputSchema: { properties: { idea: { type: "string" } } } },
    ]);
  });

  test("gives the model the checked input as JSON", async () => {
    const main = aWorker("main", { input: pitch });
    const { asked } = await runEntry(main, { input: { idea: "Rain", dropped: 1 } });
    expect(said(asked[0]?.messages)).toEqual(['{\n  "idea": "Rain",\n  "pages": 3\n}']);
  });

  test.each<[string, Schema]>([
    ["one text", z.object({ input: z.string() })],
    [
      "one text with attachments",
      z.object({ input: z.string(), attachments: z.array(z.string()).optional() }),
    ],
  ])("of %s gives the model that text", async (_what, input) => {
    const { asked } = await runEntry(aWorker("main", { input }), { input: '{"a": 1}' });
    expect(said(asked[0]?.messages)).toEqual(['{"a": 1}']);
  });

  test("of a text and more takes plain text as well, and gives the model JSON", async () => {
    const input = z.object({ input: z.string(), tone: z.string().optional() });
    const { asked } = await runEntry(aWorker("main", { input }), { input: "Hello." });
    expect(said(asked[0]?.messages)).toEqual(['{\n  "input": "Hello."\n}']);
  });

  test("attaches the files of a list of paths and leaves the list out of the text", async () => {
    using folder = temporaryFolder();
    writeFiles(folder.path, { "a.txt": "One.", "b.pdf": BYTES.pdf });
    const input = z.object({ topic: z.string(), attachments: z.array(z.string()) });
    const { asked } = await runEntry(aWorker("main", { input }), {
      input: { topic: "Rain", attachments: ["a.txt", join(folder.path, "b.pdf")] },
      cwd: folder.path,
      host: testHost({ cwd: folder.path }),
    });
    expect(firstContent(asked[0]?.messages)).toMatchObject([
      { kind: "attachment", name: "a.txt", mediaType: "text/plain" },
      { kind: "attachment", name: "b.pdf", mediaType: "application/pdf" },
      { kind: "text", text: '{\n  "topic": "Rain"\n}' },
    ]);
  });

  test("may have attachments that are no paths", async () => {
    const input = z.object({ attachments: z.array(z.object({ id: z.number() })) });
    const { asked } = await runEntry(aWorker("main", { input }), {
      input: { attachments: [{ id: 7 }] },
    });
    expect(said(asked[0]?.messages)).toEqual([expect.stringContaining('"id": 7')]);
  });

  test("fails a call whose input does not fit, before a model is asked", async () => {
    const main = aWorker("main", { input: pitch });
    for (const input of ["Rain", { pages: 1 }]) {
      const { error, asked } = await runEntry(main, { input });
      expect(error).toMatchObject({ code: "call" });
      expect(error?.reason).toMatch(/^its input does not fit: /);
      expect(asked).toEqual([]);
    }
  });

  test("takes its own example, whatever it says", async () => {
    await fc.assert(
      fc.asyncProperty(objectSchemas, async (schema) => {
        const main = aWorker("main", { input: await inline(schema) });
        const example = generateExample(schema);
        const { asked } = await runEntry(main, { input: example });
        const [text = ""] = said(asked[0]?.messages);
        // Some schema has just one text that is called input.
        expect(text.startsWith("{") ? JSON.parse(text) : { input: text }).toEqual(example);
      }),
      { numRuns: 50 },
    );
  });
});

describe("an output schema", () => {
  const review = z.object({ title: z.string(), stars: z.number().int().max(5) });
  const good = '{"title":"Rain","stars":4}';

  test("is sent with every request, as the model is to fill it", async () => {
    const look = aTool("look");
    const main = aWorker("main", {
      calls: [look],
      output: z.object({ n: z.number().default(1) }),
    });
    const { asked } = await runEntry(main, { script: "- tool_call: { name: look }\n- '{}'" });
    expect(asked.map((request) => request.outputSchema)).toEqual([
      { type: "object", properties: { n: { type: "number", default: 1 } } },
      { type: "object", properties: { n: { type: "number", default: 1 } } },
    ]);
  });

  test("is sent by no worker without one", async () => {
    const { asked } = await runEntry(aWorker("main"));
    expect(asked[0]).not.toHaveProperty("outputSchema");
  });

  test.each<[string, string]>([
    ["JSON", good],
    ["JSON in a fence", `\`\`\`json\n${good}\n\`\`\``],
    ["JSON in a fence without a language, with space around", `\n\`\`\`\n${good}\n\`\`\`  \n`],
  ])("makes a value of an answer that is %s", async (_what, text) => {
    const { result, asked } = await runEntry(answering(review), {
      script: `- ${JSON.stringify(text)}`,
    });
    expect(result?.output).toEqual({ title: "Rain", stars: 4 });
    expect(asked).toHaveLength(1);
  });

  test("gives callers what the schema makes of the answer", async () => {
    const schema = z.object({ n: z.string().transform(Number), more: z.number().default(2) });
    const { result } = await runEntry(answering(schema), { script: `- '{"n":"7"}'` });
    expect(result?.output).toEqual({ n: 7, more: 2 });
  });

  test("gives code the value, and a model its JSON", async () => {
    const critic = answering(review, "critic");
    const code = aTool("code", {
      run: async (_input, ctx) => ((await ctx.call("critic", "Go.")) as { stars: number }).stars,
    });
    const fromCode = await runEntry(code, { space: [critic], script: `- '${good}'` });
    expect(fromCode.result?.output).toBe(4);
    const fromModel = await runEntry(aWorker("main", { calls: [critic] }), {
      script: `- tool_call: { name: critic, input: { input: Go. } }\n- '${good}'\n- Done.`,
    });
    expect(toldToModel(fromModel)).toBe(`critic: ${good}`);
  });

  test.each<[string, string, string]>([
    ["a value that does not fit", '{"title":"Rain","stars":9}', "stars: "],
    ["no JSON", "Four stars!", "it is not JSON"],
    [
      "two values among words",
      `Either ${good} or ${good.replace("4", "3")}`,
      "it holds 2 different values",
    ],
    ["nothing", "", "it is empty"],
  ])("asks once more after %s", async (_what, bad, issue) => {
    const script = `- ${JSON.stringify({ text: bad })}\n- '${good}'`;
    const { result, asked, events } = await runEntry(answering(review), { script });
    expect(result?.output).toEqual({ title: "Rain", stars: 4 });
    expect(asked).toHaveLength(2);
    const [, answer, repair] = said(asked[1]?.messages);
    expect(answer).toBe(bad);
    expect(repair).toContain("Your answer does not fit the output schema:");
    expect(repair).toContain(`- ${issue}`);
    expect(repair).toContain("whole JSON value");
    const warnings = events.filter(({ kind }) => kind === "warning");
    expect(warnings).toMatchObject([{ message: expect.stringContaining(issue) }]);
  });

  test.each<[string, string]>([
    ["alone", good],
    ["among words", `Here: ${good}. Ask me for more!`],
    ["in a fence", `\`\`\`json\n${good}\n\`\`\``],
    ["in a fence among words", `Here it is:\n\`\`\`json\n${good}\n\`\`\`\nAnything else?`],
    ["after an example that does not fit", `Not {"title":1} but ${good}`],
    ["twice the same", `${good}, as I said: ${good}`],
  ])("takes the value that stands %s", async (_how, text) => {
    const script = `- ${JSON.stringify({ text })}`;
    const { result, asked } = await runEntry(answering(review), { script });
    expect(result?.output).toEqual({ title: "Rain", stars: 4 });
    expect(asked).toHaveLength(1);
  });

  test("takes what was said at the token limit only where it is surely whole", async () => {
    const number = answering(z.object({ n: z.number() }).or(z.number()).or(z.string()));
    const outputs = async (text: string) => {
      const cut = JSON.stringify({ text, stop: "max-tokens" });
      const { result, asked } = await runEntry(number, { script: `- ${cut}\n- '7'` });
      return [result?.output, asked.length];
    };
    expect(await outputs('{"n":12}')).toEqual([{ n: 12 }, 1]);
    expect(await outputs('"a"')).toEqual(["a", 1]);
    expect(await outputs("12")).toEqual([7, 2]);
    expect(await outputs('E.g. {"n":1}. So it is {"n":')).toEqual([7, 2]);
    expect(await outputs('{"n":1')).toEqual([7, 2]);
  });

  test("fails the call when the second answer does not fit either", async () => {
    const script = `- Four stars!\n- '{"title":"Rain","stars":9}'\n- '${good}'`;
    const { error, asked } = await runEntry(answering(review), { script });
    expect(asked).toHaveLength(2);
    expect(error).toMatchObject({ code: "call" });
    expect(error?.message).toContain(
      'Failed to call "main": its answer does not fit its output schema: stars: ',
    );
  });

  test("lets calls run in between, and still repairs only once", async () => {
    const look = aTool("look");
    const main = { ...aWorker("main", { calls: [look] }), output: review };
    const script = "- bad\n- tool_call: { name: look }\n- bad again";
    const { error, asked } = await runEntry(main, { script });
    expect(asked).toHaveLength(3);
    expect(error?.reason).toContain("it is not JSON");
  });

  test("does not make an answer of a refusal", async () => {
    const script = `- { text: No., stop: refusal }`;
    const { error, asked } = await runEntry(answering(review), { script });
    expect(error?.reason).toBe("its model refused: No.");
    expect(asked).toHaveLength(1);
  });

  test("with the model test gives an example of itself, whatever it says", async () => {
    await fc.assert(
      fc.asyncProperty(jsonSchemas, async (schema) => {
        const main = { ...answering(await inline(schema)), model: "test" };
        const { result } = await runEntry(main, { script: createTestTransport() });
        expect(result?.output).toEqual(generateExample(schema));
      }),
      { numRuns: 50 },
    );
  });
});
