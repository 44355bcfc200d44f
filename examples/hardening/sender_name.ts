import { tool } from "llm-do";
import { z } from "zod";
import { FROM } from "./sender_name.domain.ts";

export const sender_name = tool({
  description: "Display name of an e-mail's From header",
  input: z.object({ input: z.string() }),
  effect: "pure",
  run: ({ input }) => {
    const [, , name] = FROM.exec(input) ?? [];
    if (name === undefined) return { ok: false, reason: "it is not plain names before an address" };
    return { ok: true, value: name };
  },
});
