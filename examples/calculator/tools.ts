import { tool, toolset } from "llm-do";
import { z } from "zod";

const twoNumbers = z.object({ a: z.number(), b: z.number() });

/** Arithmetic that a model should not do in its head. Pure: a replay runs it again. */
export const calculator = toolset({
  add: tool({
    description: "Add two numbers.",
    input: twoNumbers,
    effect: "pure",
    run: ({ a, b }) => a + b,
  }),
  multiply: tool({
    description: "Multiply two numbers.",
    input: twoNumbers,
    effect: "pure",
    run: ({ a, b }) => a * b,
  }),
  divide: tool({
    description: "Divide a by b.",
    input: twoNumbers,
    effect: "pure",
    run: ({ a, b }) => {
      if (b === 0) throw new Error("b is 0: a division by zero has no result");
      return a / b;
    },
  }),
});
