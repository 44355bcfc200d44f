import { dirname, join, resolve } from "node:path";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import { unwritable } from "../../errors/unwritable.ts";
import type { Host } from "../../host/host.ts";
import { shellQuote } from "../../words/shell-quote.ts";
import { openAnyhow } from "../check/check-project.ts";
import { foundWrong } from "../check/findings.ts";
import { functionTypes, TYPES_MARK } from "./function-types.ts";

const TYPES_FILE = "llm-do.d.ts";

/** Stands for stdout in the place of a file. */
const STDOUT = "-";

/**
 * `llm-do types`: writes what TypeScript is to know of a project's functions.
 *
 * @param out a path, or `-` for stdout; undefined: `llm-do.d.ts` in the folder of the first file
 * @throws LlmDoError `project` with what is wrong with the project; `file` when there is a file that
 * this did not write, or it cannot be written
 */
export async function writeTypes(
  files: readonly string[],
  out: string | undefined,
  host: Host,
): Promise<void> {
  const file = out ?? join(dirname(files[0] ?? "."), TYPES_FILE);
  const { project, findings } = await openAnyhow(files, host);
  if (!project || findings.length > 0) throw foundWrong(files, findings);
  const text = functionTypes(project, ["llm-do types", ...files.map(shellQuote)].join(" "));
  if (file === STDOUT) {
    host.stdout.write(text);
    return;
  }
  writeFile(file, text, host);
  host.stdout.write(`wrote ${file}\n`);
}

function writeFile(out: string, text: string, { files, cwd }: Host): void {
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
