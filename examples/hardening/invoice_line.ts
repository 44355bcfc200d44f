import { tool } from "llm-do";
import { z } from "zod";

/** A line as each supplier prints it. */
const LAYOUTS = [
  /^(?<quantity>\d+) x (?<item>.+) @ (?<currency>[A-Z]{3}) (?<price>[\d.]+)$/,
  /^Art\. \d+; (?<item>.+); qty (?<quantity>\d+); unit (?<price>[\d.]+) (?<currency>[A-Z]{3})$/,
  /^(?<item>.+) \((?<quantity>\d+) pcs\) (?<currency>[A-Z]{3}) (?<price>[\d.]+) each$/,
  /^#[\d-]+ (?<item>.+): (?<quantity>\d+) \* (?<price>[\d.]+) (?<currency>[A-Z]{3})$/,
];

export const invoice_line = tool({
  description: "Item, quantity, price and currency of a line of an invoice",
  input: z.object({ input: z.string() }),
  effect: "pure",
  run: ({ input }) => {
    for (const layout of LAYOUTS) {
      const { item, quantity, price, currency } = layout.exec(input)?.groups ?? {};
      if (item === undefined) continue;
      const line = { item, quantity: Number(quantity), unit_price: Number(price), currency };
      return { ok: true, value: JSON.stringify(line) };
    }
    return { ok: false, reason: "no supplier prints its lines so" };
  },
});
