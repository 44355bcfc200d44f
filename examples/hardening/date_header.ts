import { tool } from "llm-do";
import { z } from "zod";
import { HEADER } from "./date_header.domain.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export const date_header = tool({
  description: "Calendar date of an e-mail's Date header",
  input: z.object({ input: z.string() }),
  effect: "pure",
  run: ({ input }) => {
    const [, day = "", month = "", year = ""] = HEADER.exec(input) ?? [];
    if (year === "") return { ok: false, reason: "it is not written as RFC 5322 says" };
    const number = String(MONTHS.indexOf(month) + 1).padStart(2, "0");
    return { ok: true, value: `${year}-${number}-${day.padStart(2, "0")}` };
  },
});
