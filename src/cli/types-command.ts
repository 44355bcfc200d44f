import { dirname, join, resolve } from "node:path";
import { LlmDoError } from "../errors/llm-do-error.ts";
import { unwritable } from "../errors/unwritable.ts";
import type { Host } from "../host/host.ts";
import { openAnyhow } from "../project/check/check-project.ts";
import { functionTypes, TYPES_MARK } from "../project/function-types.ts";
import { shellQuote } from "../words/shell-quote.ts";
import { foundWrong } from "./check-command.ts";
import type { TypesFlags } from "./project-commands.ts";

const TYPES_FILE = "llm-do.d.ts";

/** Stands for stdout in the place of a file. */
const STDOUT = "-";

/**
 * `llm-do types`: writes what TypeScript is to know of a project's functions.
 *
 * @throws LlmDoError `project` with what is wrong with the project; `file` when there is a file that
 * this did not write, or it cannot be written
 */
export async function typesCommand(
  files: readonly string[],
  { out = join(dirname(files[0] ?? "."), TYPES_FILE) }: TypesFlags,
  host: Host,
): Promise<void> {
  const { project, findings } = await openAnyhow(files, host);
  if (!project || findings.length > 0) throw foundWrong(files, findings);
  const text = functionTypes(project, ["llm-do types", ...files.map(shellQuote)].join(" "));
  if (out === STDOUT) {
    host.stdout.write(text);
    return;
  }
  writeTypes(out, text, host);
  host.stdout.write(`wrote ${out}\n`);
}

function writeTypes(out: string, text: string, { files, cwd }: Host): void {
  const path = resolve(cwd, out);
  try {
    const stat = files.stat(path);
    const isOurs = stat?.kind === "file" && files.readText(path).startsWith(TYPES_MARK);
    if (stat && !isOurs) throw notOurs(out);
    files.write(path, text);
  } catch (cause) {
    throw unwritable(cause, { path: out });
  }
}

function notOurs(out: string): LlmDoError {
  return new LlmDoError({
    code: "file",
    verb: "write",
    what: out,
    reason: "it is there already, and llm-do types did not write it",
    tries: ["name another file with --out, or remove this one"],
  });
}
