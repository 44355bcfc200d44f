import { tool } from "llm-do";
import { z } from "zod";

const reviews: Readonly<Record<string, string>> = {
  "R-101": "Arrived two days late and the box was open, but the lamp itself is lovely.",
  "R-102": "Stopped working after a week. Support never answered.",
  "R-103": "Exactly as shown. Would buy again.",
};

/** Code owns the control flow: it loops over the reviews and asks a worker about each. */
export const main = tool({
  description: "Sort customer reviews and say how many need an answer.",
  input: z.object({ ids: z.array(z.string()).default(Object.keys(reviews)) }),
  effect: "pure",
  run: async ({ ids }, ctx) => {
    const lines = await Promise.all(
      ids.map(async (id) => {
        const verdict = await ctx.call("classify_review", reviews[id] ?? "(no such review)");
        return { id, verdict: String(verdict).trim() };
      }),
    );
    const urgent = lines.filter(({ verdict }) => verdict.startsWith("answer"));
    return [
      ...lines.map(({ id, verdict }) => `${id}: ${verdict}`),
      `${urgent.length} of ${lines.length} need an answer.`,
    ].join("\n");
  },
});
