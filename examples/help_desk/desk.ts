import { tool, toolset } from "llm-do";
import { z } from "zod";

export const desk = toolset({
  find: tool({
    description: "Find tickets.",
    input: z.object({ q: z.string(), limit: z.int().default(10) }),
    output: z.array(z.string()),
    effect: "pure",
    run: ({ q, limit }) => Array.from({ length: Math.min(limit, 3) }, (_, i) => `${q}-${i}`),
  }),
  close: tool({
    description: "Close a ticket.",
    input: z.object({ id: z.string() }),
    effect: "external",
    run: ({ id }) => {
      if (id === "x") throw new Error("no such ticket");
      return { id, closed: true };
    },
  }),
  rate: tool({
    description: "Rate a topic.",
    input: z.object({ topic: z.string() }),
    output: z.object({ score: z.number() }),
    effect: "pure",
    run: async ({ topic }, ctx) => (await ctx.call("score", { topic })) as { score: number },
  }),
});
