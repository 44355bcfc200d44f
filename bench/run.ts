// Measures all figures and compares them with their bounds: npm run bench [-- --only NAME --json FILE]
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { caching } from "./caching.ts";
import { clock } from "./clock.ts";
import { compare } from "./compare.ts";
import { fanOut } from "./fan-out.ts";
import { type Figure, type Finding, isOver } from "./figure.ts";
import { flat } from "./flat.ts";
import { hardened } from "./hardened.ts";
import { imports } from "./import.ts";
import { live } from "./live.ts";
import { memory } from "./memory.ts";
import { normalising } from "./normalising.ts";
import { programs } from "./programs.ts";
import { recording } from "./recording.ts";
import { replay } from "./replay.ts";
import { sandbox } from "./sandbox.ts";
import { scan } from "./scan.ts";
import { start } from "./start.ts";
import { status } from "./status.ts";
import { formatTable } from "./table.ts";
import { testing } from "./testing.ts";

const FIGURES: readonly Figure[] = [
  start,
  replay,
  memory,
  recording,
  normalising,
  fanOut,
  live,
  testing,
  compare,
  scan,
  hardened,
  imports,
  caching,
  clock,
  status,
  flat,
  sandbox,
  programs,
];

const { values } = parseArgs({ options: { only: { type: "string" }, json: { type: "string" } } });
const chosen = FIGURES.filter(({ name }) => values.only === undefined || values.only === name);
if (chosen.length === 0) {
  const names = FIGURES.map(({ name }) => name).join(", ");
  process.stderr.write(`there is no figure "${values.only}"; known: ${names}\n`);
  process.exitCode = 2;
} else {
  const findings = await measure(chosen);
  process.stdout.write(`\n${formatTable(findings)}`);
  if (values.json !== undefined)
    writeFileSync(values.json, `${JSON.stringify(findings, null, 2)}\n`);
  process.exitCode = findings.some(isOver) ? 1 : 0;
}

async function measure(figures: readonly Figure[]): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const figure of figures) {
    const say = (line: string) => process.stdout.write(`${figure.name}: ${line}\n`);
    findings.push(...(await figure.measure(say)));
  }
  return findings;
}
