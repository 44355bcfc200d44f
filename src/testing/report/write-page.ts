import { resolve } from "node:path";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import { unwritable as cannotWrite } from "../../errors/unwritable.ts";
import type { Host } from "../../host/host.ts";

/**
 * Writes a page of HTML.
 *
 * @param path as given, relative to the current folder
 * @throws LlmDoError `usage` where it cannot be written
 */
export function writePage(path: string, page: string, host: Pick<Host, "files" | "cwd">): void {
  try {
    host.files.write(resolve(host.cwd, path), page);
  } catch (cause) {
    const { reason } = cannotWrite(cause, { path });
    throw unwritable(path, reason, cause);
  }
}

/**
 * Sees that a page is not named like a folder, before money is spent on what it would show.
 *
 * @throws LlmDoError `usage` where it is
 */
export function checkPage(path: string, host: Pick<Host, "files" | "cwd">): void {
  const isFolder = host.files.stat(resolve(host.cwd, path))?.kind === "directory";
  if (isFolder) throw unwritable(path, "it is a folder");
}

function unwritable(what: string, why: string, cause?: unknown): LlmDoError {
  const reason = `it cannot be written: ${why}`;
  const tries = ["name a file in a folder that you may write to"];
  return new LlmDoError({ code: "usage", verb: "write", what, reason, tries, cause });
}
