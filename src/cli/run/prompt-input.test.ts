import { describe, expect, test } from "vitest";
import { z } from "zod";
import { aTool, aWorker } from "../../../tests/support/project.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { LlmFunction } from "../../functions/llm-function.ts";
import { promptInput } from "./prompt-input.ts";

const COMMAND = "llm-do main.ts";

/** The input that comes of a prompt, or the error as a person reads it. */
async function inputOf(entry: LlmFunction, prompt: string): Promise<unknown> {
  try {
    return await promptInput(entry, { prompt, command: COMMAND });
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    expect(error.exitCode).toBe(prompt === "" ? 2 : 1);
    return error.report();
  }
}

const lists = z.object({ only: z.array(z.number()).optional() });

describe("a prompt", () => {
  test.each([
    ["a worker of texts", aWorker("main"), '{"a": 1}', '{"a": 1}'],
    ["a worker of more", aWorker("main", { input: lists }), '{"only": [1]}', { only: [1] }],
    [
      "a worker with an input beside others",
      aWorker("main", { input: z.object({ input: z.string(), n: z.number().optional() }) }),
      "hello",
      "hello",
    ],
    ["code", aTool("main", { input: lists }), '{"only": [1]}', { only: [1] }],
    ["code that takes a list", aTool("main", { input: z.array(z.number()) }), " [1]", [1]],
    ["code that takes a text", aTool("main", { input: z.string() }), "7", "7"],
    ["code that takes a number", aTool("main", { input: z.number() }), "7", 7],
    ["code without a prompt", aTool("main", { input: lists }), "", {}],
  ])("for %s", async (_what, entry, prompt, input) => {
    expect(await inputOf(entry, prompt)).toEqual(input);
  });

  test.each([
    ["code", aTool("main", { input: lists })],
    ["a worker", aWorker("main", { input: lists })],
  ])("that %s does not take is told with one that it takes", async (_what, entry) => {
    expect(await inputOf(entry, "hello")).toBe(
      `Failed to call "main": its input does not fit: it is a text, and it takes { only?: number[] }
Try: llm-do main.ts '{"only":[1]}'`,
    );
  });

  test("that was meant as JSON is told what is wrong with it", async () => {
    const told = await inputOf(aTool("main", { input: lists }), "{only: [1]}");
    expect(told).toMatch(/number\[\] \} \(it begins like JSON, and is not: .*position 1/);
  });

  test("that is missing is asked for as the worker takes it", async () => {
    expect(await inputOf(aWorker("main", { input: lists }), "")).toBe(
      `Failed to run "main": there is no prompt\nTry: llm-do main.ts '{"only":[1]}'`,
    );
    expect(await inputOf(aWorker("main"), "")).toContain(`Try: llm-do main.ts "your prompt"`);
  });
});
