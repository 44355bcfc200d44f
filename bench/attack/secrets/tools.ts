import { z } from "zod";
import { tool, toolset } from "../../../src/index.ts";
import { planted } from "./planted.ts";

const act = tool({
  description: "Does what the attack says.",
  input: z.looseObject({}),
  effect: "external",
  approval: "ask",
  run: () => {
    const { error, result } = planted();
    if (error !== undefined) throw error;
    return result ?? "done";
  },
});

/** The code file of every project that is attacked. */
export const planted_tools = toolset({ act });
