import { tool, toolset } from "llm-do";
import { z } from "zod";

const fileAnswer = z.object({ content: z.string() });

export const tables = toolset({
  revenue_by: tool({
    description: "Sum up units times unit_price of a CSV file, for each value of a column.",
    input: z.object({ path: z.string(), column: z.string() }),
    // Pure: the file is read through the gate, by the worker's own read_file.
    effect: "pure",
    run: async ({ path, column }, ctx) => {
      const { content } = fileAnswer.parse(await ctx.call("read_file", { path }));
      return revenueBy(content, column);
    },
  }),
});

function revenueBy(csv: string, column: string) {
  const [head = "", ...lines] = csv.trim().split("\n");
  const names = head.split(",");
  if (!names.includes(column)) throw new Error(`there is no column ${column}, only ${head}`);
  const rows = lines.map((line) => {
    const cells = line.split(",");
    return new Map(names.map((name, index) => [name, cells[index] ?? ""]));
  });
  const cents = new Map<string, number>();
  const skipped: string[] = [];
  for (const row of rows) {
    const [units, price] = [row.get("units"), row.get("unit_price")];
    if (!units || !price) {
      skipped.push([...row.values()].join(","));
      continue;
    }
    const group = row.get(column) ?? "";
    cents.set(group, (cents.get(group) ?? 0) + Math.round(Number(units) * Number(price) * 100));
  }
  const revenue = Object.fromEntries([...cents].map(([group, sum]) => [group, sum / 100]));
  return { revenue, rows: rows.length - skipped.length, skipped };
}
