import { dirname, join, relative, resolve } from "node:path";
import { isLlmDoError, LlmDoError } from "../../errors/llm-do-error.ts";
import type { WorkerFunction } from "../../functions/llm-function.ts";
import type { Host } from "../../host/host.ts";
import { loadProjectConfig } from "../../project/config/project-config.ts";
import { projectTop, shown } from "../../project/project-paths.ts";
import { counted, grouped } from "../../words/counted.ts";
import { loadWorker } from "../load-worker.ts";
import { ImportedCassettes } from "./imported-cassettes.ts";
import { readTraffic } from "./read-traffic.ts";
import { TodaysPrompt } from "./todays-prompt.ts";
import { LEFT_OUT, type LeftOutReason, type ReadCall } from "./traffic.ts";

interface ImportRequest {
  /** Path of the file of traffic. */
  readonly file: string;
  /** Path of the `.worker` file. */
  readonly worker: string;
  /** The files that the worker needs beside. */
  readonly others: readonly string[];
  /** Default: the worker's own. */
  readonly model: string | undefined;
  /** Path of the cassette. Default: `imported-NAME.yaml` where the project keeps its cassettes. */
  readonly out: string | undefined;
}

/** What came of a file of traffic. */
interface Imported {
  readonly worker: string;
  /** The cassettes that were written to, as a person would name them. */
  readonly cassettes: readonly string[];
  readonly imported: number;
  /** Calls that had been imported before. */
  readonly known: number;
  readonly leftOut: Readonly<Partial<Record<LeftOutReason, number>>>;
  /** Imported calls of which the file does not say what prompt they are of. */
  readonly unnamed: number;
}

/**
 * Writes the calls of a file that are of today's prompt to a cassette, with the source `imported`. What
 * was imported before is not imported again. The file is read as a stream.
 *
 * @throws LlmDoError `file` with the line of what cannot be read, `usage` without a model,
 * `cassette-refused` for a secret; the calls before it are on record then
 */
export async function importTraffic(request: ImportRequest, host: Host): Promise<Imported> {
  const { files, cwd } = host;
  const { worker } = await loadWorker(request.worker, request.others, host);
  const model = request.model ?? worker.model;
  if (model === undefined) throw noModel(request);
  const path = resolve(cwd, request.file);
  if (files.stat(path)?.kind !== "file") throw noFile(request.file);
  const folder = dirname(resolve(cwd, worker.file));
  const { rules } = loadProjectConfig(folder, files);
  const out =
    request.out === undefined
      ? join(projectTop(folder, host), "cassettes", `imported-${worker.name}.yaml`)
      : resolve(cwd, request.out);
  const cassettes = new ImportedCassettes({ path: out, worker: worker.name, rules, host });
  const traffic = { path, what: request.file, files };
  try {
    return await importCalls(traffic, { worker, model, cassettes, host });
  } finally {
    cassettes.close();
  }
}

interface Importing {
  readonly worker: WorkerFunction;
  readonly model: string;
  readonly cassettes: ImportedCassettes;
  readonly host: Host;
}

async function importCalls(
  traffic: Parameters<typeof readTraffic>[0],
  { worker, model, cassettes, host }: Importing,
): Promise<Imported> {
  const today = new TodaysPrompt(worker, model);
  const counts = { imported: 0, known: 0, unnamed: 0 };
  const leftOut: Partial<Record<LeftOutReason, number>> = {};
  const take = async (call: ReadCall) => {
    const read = typeof call === "string" ? call : await today.read(call);
    if (typeof call === "string" || typeof read === "string") {
      const reason = read as LeftOutReason; // one of both is a reason, and then so is this
      leftOut[reason] = (leftOut[reason] ?? 0) + 1;
    } else if (cassettes.has(call)) counts.known++;
    else {
      cassettes.add(call, read.request, read.text);
      counts.imported++;
      if (call.instructions === undefined) counts.unnamed++;
    }
  };
  for (const { line, calls } of readTraffic(traffic)) {
    try {
      for (const call of calls) await take(call);
    } catch (error) {
      throw atLine(error, { file: relative(host.cwd, traffic.path), line, ...counts });
    }
  }
  const written = cassettes.written.map((path) => shown(path, host));
  return { worker: worker.name, cassettes: written, leftOut, ...counts };
}

/** An error of one call, with its line in the file. */
function atLine(
  error: unknown,
  { file, line, imported }: { file: string; line: number; imported: number },
): unknown {
  if (!isLlmDoError(error) || error.code !== "cassette-refused") return error;
  const { code, reason, tries } = error;
  const kept = `the ${counted(imported, "call")} before it ${imported === 1 ? "is" : "are"} on record`;
  return new LlmDoError({
    code,
    verb: "import",
    what: file,
    reason: imported === 0 ? reason : `${reason}; ${kept}`,
    place: { file, line },
    tries,
    cause: error,
  });
}

/** What was imported, in lines for a person. */
export function importedText(result: Imported): string {
  const { worker, cassettes, imported, known, leftOut, unnamed } = result;
  const where = cassettes.length === 0 ? "" : ` to ${cassettes.join(", ")}`;
  const reasons = Object.entries(leftOut).map(
    ([reason, count]) => `${grouped(count)} ${LEFT_OUT[reason as LeftOutReason]}`, // its own keys
  );
  return [
    `imported ${counted(imported, "call")} of ${worker}${where}`,
    ...(known > 0 ? [`  imported before: ${grouped(known)}`] : []),
    ...(reasons.length > 0 ? [`  left out: ${reasons.join(", ")}`] : []),
    ...(unnamed > 0
      ? [`  the file does not say the prompt of ${grouped(unnamed)}: taken to be today's`]
      : []),
    ...importTries(result),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

/** What to do about calls that were left out: always of those that say nothing, else where none is left. */
function importTries({ imported, known, leftOut }: Imported): readonly string[] {
  const { noContent = 0, otherPrompt = 0, otherModel = 0 } = leftOut;
  const isNone = imported + known === 0;
  return [
    ...(noContent > 0
      ? [
          "Try: let the program record what is said, as OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true does",
        ]
      : []),
    ...(isNone && otherPrompt > 0
      ? ["Try: give the worker the instructions that the file has, word for word"]
      : []),
    ...(isNone && otherModel > 0 ? ["Try: name the model of the calls with --model"] : []),
  ];
}

function noModel({ worker }: ImportRequest): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "import",
    what: worker,
    reason: "the worker names no model, so that nothing says which calls are of it",
    tries: ["add --model, as in --model anthropic:claude-haiku-4-5"],
  });
}

function noFile(what: string): LlmDoError {
  return new LlmDoError({
    code: "file",
    verb: "import",
    what,
    reason: "there is no such file",
    tries: ["check the path"],
  });
}
