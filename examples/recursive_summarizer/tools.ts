import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { tool, toolset } from "llm-do";
import { z } from "zod";

const paragraphsConfig = z.strictObject({
  file: z.string(),
  /** The most words that are handed out at once. */
  max_words: z.int().positive(),
});

/** The paragraphs of one text file, by number, and never more of them than can be read with care. */
export const paragraphs = toolset(paragraphsConfig, ({ file, max_words }, { cwd }) =>
  toolset({
    read_paragraphs: tool({
      description: "Read paragraphs of the text. The first one has the number 1.",
      input: z.object({ from: z.int().min(1), to: z.int().min(1) }),
      effect: "local",
      // Its configuration names the only file that it reads.
      approval: "allow",
      run: async ({ from, to }) => {
        const all = (await readFile(resolve(cwd, file), "utf8")).trim().split(/\n\n+/);
        if (from > to || to > all.length)
          throw new Error(`there are paragraphs 1 to ${all.length}`);
        const text = all.slice(from - 1, to).join("\n\n");
        const words = text.split(/\s+/).length;
        if (words <= max_words) return text;
        throw new Error(
          `they have ${words} words together; at most ${max_words} can be read at once`,
        );
      },
    }),
  }),
);
