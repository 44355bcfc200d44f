// Counts how the sources are built and compares it with the bounds: npm run house [-- NAME ... --verbose]
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { FIGURES } from "./house/figures.ts";
import { readHouse } from "./house/read-house.ts";
import { type Finding, formatDetails, formatFindings, isOver } from "./house/report.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { verbose: { type: "boolean", default: false } },
});
const unknown = positionals.filter((name) => !FIGURES.some((figure) => figure.name === name));
if (unknown.length > 0) {
  const names = FIGURES.map(({ name }) => name).join(", ");
  process.stderr.write(`there is no figure "${unknown[0]}"; known: ${names}\n`);
  process.exitCode = 2;
} else {
  const house = readHouse(resolve(import.meta.dirname, ".."));
  const findings: Finding[] = FIGURES.filter(
    ({ name }) => positionals.length === 0 || positionals.includes(name),
  ).map((figure) => ({ figure, measured: figure.measure(house) }));
  process.stdout.write(formatFindings(findings));
  if (values.verbose || positionals.length > 0) process.stdout.write(formatDetails(findings));
  process.exitCode = findings.some(isOver) ? 1 : 0;
}
