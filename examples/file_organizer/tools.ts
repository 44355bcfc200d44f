import { tool, toolset } from "llm-do";
import { z } from "zod";

/** What a model is bad at and code is good at: the same title gives the same safe name, always. */
export const naming = toolset({
  clean_name: tool({
    description: "Turn a title into a safe file name, without an extension.",
    input: z.object({ title: z.string() }),
    effect: "pure",
    run: ({ title }) => {
      const name = title
        .normalize("NFKD")
        .replace(/\p{Mark}/gu, "")
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-|-$/g, "");
      if (name === "") throw new Error(`"${title}" has no letter and no digit`);
      return name;
    },
  }),
});
