import { EXIT, type ExitCode } from "../errors/codes.ts";
import { declaredComparator } from "../hardening/agree/read-comparator.ts";
import { loadWorker, workersOf } from "../hardening/load-worker.ts";
import { recordTries } from "../hardening/write/prepare.ts";
import { hardeningPaths } from "../hardening/write/scaffold/hardening-paths.ts";
import { scanJson, scanLines } from "../hardening/write/scan/scan-text.ts";
import {
  byPromise,
  type Scan,
  scanExitCode,
  scanWorker,
} from "../hardening/write/scan/scan-worker.ts";
import type { Host } from "../host/host.ts";
import { shellQuote } from "../words/shell-quote.ts";
import type { HardenFlags } from "./harden-flags.ts";

/**
 * `llm-do harden --scan`: prints what is on record of each named worker, the best candidate first.
 *
 * @returns 0 where one is worth trying, else 6
 */
export async function scanCommand(
  files: readonly string[],
  flags: HardenFlags,
  host: Host,
): Promise<ExitCode> {
  const [first = "", ...others] = files;
  const { project } = await loadWorker(first, [...others, ...(flags.with ?? [])], host);
  const { recordings, model, comparator: named } = flags;
  const scans: Scan[] = [];
  for (const worker of workersOf(project).filter(({ file }) => files.includes(file))) {
    const { folder } = hardeningPaths(worker, flags.out, host.cwd);
    const comparator = declaredComparator(named, folder, host);
    scans.push(await scanWorker(worker, { recordings, model, comparator, host }));
  }
  scans.sort(byPromise);
  for (const scan of scans) host.stdout.write(`${flags.json ? scanJson(scan) : scanText(scan)}\n`);
  const isWorth = scans.some(({ verdict }) => scanExitCode(verdict) === EXIT.done);
  return isWorth ? EXIT.done : EXIT.inconclusive;
}

function scanText(scan: Scan): string {
  const tries = triesAfter(scan).map((hint) => `Try: ${hint}`);
  return [...scanLines(scan), ...tries].join("\n");
}

function triesAfter({ verdict, worker }: Scan): readonly string[] {
  const { name, file } = worker;
  switch (verdict.kind) {
    case "worth-trying":
      return [`llm-do harden ${shellQuote(file)}`];
    case "too-few":
    case "no-recordings":
      return recordTries(name, shellQuote(file));
    case "noise":
    case "no-pattern":
      return ["keep the prompt"];
  }
}
