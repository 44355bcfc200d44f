// Reads a file of a kind that a command reads late, and tells its error as the command line does.
import { isLlmDoError } from "../../../src/errors/llm-do-error.ts";
import type { WorkerFunction } from "../../../src/functions/llm-function.ts";
import { declaredComparator } from "../../../src/hardening/comparator-file.ts";
import { readGoldLabels } from "../../../src/hardening/compare/gold-labels.ts";
import { readLedger } from "../../../src/hardening/compare/looks.ts";
import { parseCertificate } from "../../../src/hardening/read-certificate.ts";
import { nodeHost } from "../../../src/host/node-host.ts";
import { loadProject } from "../../../src/project/load-project.ts";
import { parseCases } from "../../../src/testing/cases/parse-cases.ts";

const host = nodeHost();
const { files } = host;

const READERS: Readonly<Record<string, (path: string) => unknown>> = {
  cases: (path) => parseCases(files.readText(path), path),
  ledger: (path) => readLedger({ path, worker: "main", files }),
  certificate: (path) => parseCertificate(files.readText(path), path),
  comparator: (path) => declaredComparator(path, ".", host),
  labels: async (path) => {
    const { entry } = await loadProject({ files: ["main.worker"] }, host);
    await readGoldLabels(path, entry as WorkerFunction, host); // the only worker there is
  },
};

const [kind = "", path = ""] = process.argv.slice(2);
try {
  await READERS[kind]?.(path);
} catch (error) {
  process.stderr.write(isLlmDoError(error) ? error.report() : `a bug: ${(error as Error).stack}`);
  process.exitCode = 2;
}
