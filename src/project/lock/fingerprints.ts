import { isUtf8 } from "node:buffer";
import { hash } from "node:crypto";
import { dirname, relative } from "node:path";
import { modelHash } from "../../certificate/certificate.ts";
import type { WorkerFunction } from "../../functions/llm-function.ts";
import type { FileSystem } from "../../host/files/file-system.ts";
import { canonicalJson } from "../../model/canonical.ts";
import { type WorkerHead, workerHead } from "../../runtime/worker/worker-head.ts";
import { codeFiles } from "./code-files.ts";

/** The hash of a worker's prompt: everything that its model is told beside the conversation. */
export function promptHash(head: WorkerHead): string {
  return hash("sha256", canonicalJson(head));
}

/**
 * The hash of a worker in another one's place: its prompt and its model. Another model under the same
 * prompt is another candidate.
 */
export function candidateHash(worker: WorkerFunction, model: string | undefined): string {
  return hash("sha256", `${promptHash(workerHead(worker))}\n${modelHash(model ?? "")}`);
}

/** Changed when what is hashed changes: certificates then no longer fit. */
const VERSION = "llm-do code 2";

/**
 * SHA-256 over a code file and the relative files that it imports or reads, directly or not, in
 * hexadecimal: `codeFiles`. Packages are not in it. It depends on the files' contents and on where they
 * are to each other, not on where they all are, nor on the ends of lines.
 *
 * @param path absolute; of code, of a worker, or of `templates.json`
 * @param tool absolute; of a guard, the file of its tool. A guard may import the tool's schemas, and is the
 * same guard when the tool is changed: the tool has a hash of its own, and "left to the prompt" is an answer.
 * @throws the platform's error when the file cannot be read
 */
export function codeHash(path: string, files: FileSystem, tool?: string): string {
  const folder = dirname(path);
  const contents = [...codeFiles(path, files, tool)]
    .map(
      ([file, bytes]) => [relative(folder, file).replaceAll("\\", "/"), contentOf(bytes)] as const,
    )
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return hash("sha256", `${VERSION}\n${JSON.stringify(contents)}`);
}

/** Text without its ends of lines, which version control may change; other bytes as they are. */
function contentOf(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes);
  const text = isUtf8(buffer) ? buffer.toString("utf8") : undefined;
  return hash("sha256", text === undefined ? buffer : text.replaceAll("\r\n", "\n"));
}
