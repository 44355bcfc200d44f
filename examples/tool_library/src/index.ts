import { tool, toolset } from "llm-do";
import { z } from "zod";

const Order = z.object({ id: z.string(), cents: z.int().default(0), note: z.string().optional() });

export const lookup = tool({
  description: "Find an order.",
  input: z.object({ id: z.string(), verbose: z.boolean().default(false) }),
  output: Order,
  effect: "external",
  run: async ({ id, verbose }, { signal }) => {
    signal.throwIfAborted();
    return verbose ? { id, cents: 5, note: "paid" } : { id };
  },
});

export const orders = toolset({ lookup });

/** Configured by each worker: `"acme-tools#searchTools": { limit: 5 }`. */
export const searchTools = toolset(
  z.strictObject({ limit: z.number().default(3) }),
  ({ limit }, { cwd }) =>
    toolset({
      search: tool({
        description: `Search in ${cwd}.`,
        input: z.object({ q: z.string() }),
        effect: "pure",
        approval: ({ q }) => (q.length > 3 ? "allow" : "ask"),
        run: ({ q }) => Array<string>(limit).fill(q),
      }),
    }),
);
