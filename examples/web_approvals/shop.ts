import { tool, toolset } from "llm-do";
import { z } from "zod";

export const shop = toolset({
  refund: tool({
    description: "Give the money for an order back.",
    input: z.object({ order: z.string(), euros: z.number().positive() }),
    effect: "external", // so a person is asked
    run: ({ order, euros }) => {
      console.log(`refunded ${euros} for ${order}`);
      return "refunded";
    },
  }),
});
