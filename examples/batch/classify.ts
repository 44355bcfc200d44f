import { worker } from "llm-do";
import { z } from "zod";

export const classify = worker({
  model: "anthropic:claude-haiku-4-5",
  instructions: "Say which team a ticket belongs to, and whether it can wait.",
  input: z.object({ input: z.string() }),
  output: z.object({ team: z.enum(["billing", "delivery", "other"]), canWait: z.boolean() }),
});
