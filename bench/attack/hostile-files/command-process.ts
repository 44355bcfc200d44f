import { dirname, join } from "node:path";
// Runs one command after another, each in a folder of its own, and tells how it ended: what takes
// long is the reading of files, not the start of a process.
import { CassetteFile } from "../../../src/cassette/file/cassette-file.ts";
import { decodeAnswer } from "../../../src/cassette/file/decode-entry.ts";
import { ledgerPlace, readLedger } from "../../../src/certificate/ledger-file.ts";
import { parseCertificate } from "../../../src/certificate/read-certificate.ts";
import { main } from "../../../src/cli/main.ts";
import { isLlmDoError } from "../../../src/errors/llm-do-error.ts";
import type { WorkerFunction } from "../../../src/functions/llm-function.ts";
import { declaredComparator } from "../../../src/hardening/agree/declared-comparator.ts";
import { readGoldLabels } from "../../../src/hardening/compare/run/gold-labels.ts";

import type { Host } from "../../../src/host/host.ts";
import { nodeHost } from "../../../src/host/node-host.ts";
import { loadProject } from "../../../src/project/load-project.ts";
import { parseCases } from "../../../src/testing/cases/file/parse-cases.ts";

export interface Command {
  readonly folder: string;
  readonly words: readonly string[];
}

/** How a command ended. */
export interface Ended {
  readonly exitCode: number;
  readonly stderr: string;
  /** Time that the processor spent: another process may keep it busy. */
  readonly cpuMs: number;
  /** The most memory that the process has held so far. */
  readonly peakMb: number;
}

type Reader = (path: string, host: Host) => unknown;

/** Files that commands read late, when much else is there. */
const READERS: Readonly<Record<string, Reader>> = {
  cases: (path, { files }) => parseCases(files.readText(path), path),
  entry: (path, { files }) => {
    const file = CassetteFile.read(path, files);
    for (const slice of file.slices) {
      file.decode(slice, (read) => decodeAnswer(file.responseFields(slice), "live", read));
    }
  },
  ledger: (path, host) => {
    const worker = { name: "main", path: join(dirname(path), "main.worker") };
    return readLedger({ ...ledgerPlace(worker, dirname(path)), path }, host);
  },
  certificate: (path, { files }) => parseCertificate(files.readText(path), path),
  comparator: (path, host) => declaredComparator(path, ".", host),
  labels: async (path, host) => {
    const { entry } = await loadProject({ files: ["main.worker"] }, host);
    await readGoldLabels(path, entry as WorkerFunction, host); // the only function there is
  },
};

process.on("message", async (command: Command) => {
  const before = process.cpuUsage();
  let stderr = "";
  const say = (text: string) => {
    stderr += text;
  };
  const exitCode = await run(command, say);
  const { user, system } = process.cpuUsage(before);
  const peakMb = process.resourceUsage().maxRSS / 1024;
  process.send?.({ exitCode, stderr, cpuMs: (user + system) / 1000, peakMb } satisfies Ended);
});

async function run({ folder, words }: Command, say: (text: string) => void): Promise<number> {
  process.chdir(folder);
  const output = { write: say, isTerminal: false, columns: 80 };
  const silent = { ...output, write: () => {} };
  const host: Host = { ...nodeHost(), cwd: folder, stdout: silent, stderr: output };
  const [first, kind = "", path = ""] = words;
  const { signal } = new AbortController();
  if (first !== "read") return await main({ argv: words, host, signal, version: "0" });
  try {
    await READERS[kind]?.(`${folder}/${path}`, host);
    return 0;
  } catch (error) {
    say(isLlmDoError(error) ? error.report() : `a bug: ${(error as Error).stack}`);
    return 2;
  }
}
