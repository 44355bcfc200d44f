import { tool } from "llm-do";
import { z } from "zod";

const TELLTALE = /free|\$|!!|money|win|viagra|guarantee|offer|rates?\b|click|adv/i;

export const is_spam = tool({
  description: "Whether a mail is spam, by its sender and subject",
  input: z.object({ input: z.string() }),
  effect: "pure",
  run: ({ input }) => (TELLTALE.test(input) ? "spam" : "ham"),
});
