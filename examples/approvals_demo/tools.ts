import { tool, toolset } from "llm-do";
import { z } from "zod";

const invoices = [
  {
    id: "INV-207",
    customer: "Bakery Holt",
    due: "2026-09-30",
    daysOverdue: 31,
    amount: "84.00 EUR",
  },
  {
    id: "INV-211",
    customer: "Studio Nord",
    due: "2026-10-22",
    daysOverdue: 9,
    amount: "1,250.00 EUR",
  },
];

/** Three tools, three answers at the gate: pre-approved, asked for, blocked. */
export const billing = toolset({
  list_overdue: tool({
    description: "List the invoices that are overdue.",
    input: z.object({}),
    effect: "pure",
    run: () => invoices,
  }),
  send_reminder: tool({
    description: "Send a reminder to the customer of an invoice.",
    input: z.object({ id: z.string(), text: z.string() }),
    // It leaves the machine: a replay answers it from the cassette, and sends nothing.
    effect: "external",
    preview: ({ id, text }) => ({ kind: "command", text: `send for ${id}: ${text}` }),
    run: ({ id }) => `The reminder for ${id} is on its way.`,
  }),
  write_off: tool({
    description: "Give up an invoice for good.",
    input: z.object({ id: z.string() }),
    effect: "external",
    run: ({ id }) => `${id} is written off.`,
  }),
});
