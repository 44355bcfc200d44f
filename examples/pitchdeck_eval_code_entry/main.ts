import { basename } from "node:path";
import { tool } from "llm-do";
import { z } from "zod";
import { deckList } from "./tools.ts";

/** The orchestration as code: only the judgement is asked of a model. */
export const main = tool({
  description: "Have the pitch decks of a folder evaluated.",
  input: z.strictObject({}), // a prompt would be passed over in silence
  effect: "pure", // what it calls has effects of its own
  run: async (_input, ctx) => {
    const decks = deckList.parse(await ctx.call("list_decks", {}));
    const evaluated = await Promise.all(
      decks.map(async ({ path, name }) => {
        const input = `Please evaluate ${basename(path)}.`;
        const answer = await ctx.call("pitch_evaluator", { input, attachments: [path] });
        return { name, evaluation: z.string().parse(answer) };
      }),
    );
    const lines: string[] = [];
    for (const { name, evaluation } of evaluated) {
      const path = await ctx.call("save_evaluation", { name, evaluation });
      lines.push(`${path}: ${verdictOf(evaluation)}`);
    }
    return lines.join("\n");
  },
});

function verdictOf(evaluation: string): string {
  return /^Verdict: (meet|wait|pass)$/m.exec(evaluation)?.[1] ?? "no verdict";
}
