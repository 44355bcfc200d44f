// Made by llm-do harden from date_header.worker. It is yours to edit.
import { tool } from "llm-do";
import { z } from "zod";

export type Input = {
  readonly input: string;
  readonly attachments?: ReadonlyArray<string>;
};

export type Output = string;

export type Answer =
  | { readonly ok: true; readonly value: Output }
  | { readonly ok: false; readonly reason: string };

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The date of RFC 5322: the zone behind it does not change the day in the header's own zone. */
const DATE = new RegExp(`^(?:[A-Z][a-z]{2}, +)?(\\d{1,2}) (${MONTHS.join("|")}) (\\d{4}) \\d`);

/** Answers as the prompt would, or says why it cannot: the prompt is asked then. */
export function answer({ input }: Input): Answer {
  const [, day = "", month = "", year = ""] = DATE.exec(input) ?? [];
  if (year === "") return { ok: false, reason: "it is not written as RFC 5322 says" };
  const number = String(MONTHS.indexOf(month) + 1).padStart(2, "0");
  return { ok: true, value: `${year}-${number}-${day.padStart(2, "0")}` };
}

export const inputSchema = z.strictObject({
  input: z.string(),
  attachments: z.array(z.string()).optional(),
});

export const outputSchema = z.union([
  z.strictObject({
    ok: z.literal(true),
    value: z.string(),
  }),
  z.strictObject({ ok: z.literal(false), reason: z.string() }),
]);

export const date_header = tool({
  description: "Calendar date of an e-mail's Date header",
  input: inputSchema,
  output: outputSchema,
  effect: "pure",
  run: (input) => answer(input as Input),
});
