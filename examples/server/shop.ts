import { tool, toolset } from "llm-do";
import { z } from "zod";

export const shop = toolset({
  find_order: tool({
    description: "Find an order by its number.",
    input: z.object({ number: z.string() }),
    output: z.object({ number: z.string(), items: z.int(), sent: z.boolean() }),
    effect: "pure",
    run: ({ number }) => ({ number, items: 1, sent: true }),
  }),
});
