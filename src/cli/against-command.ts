import { EXIT, type ExitCode } from "../errors/exit-codes.ts";
import { LlmDoError } from "../errors/llm-do-error.ts";
import { messageOf } from "../errors/message-of.ts";
import type { Host } from "../host/host.ts";
import type { AgainstResult } from "../testing/against/against-result.ts";
import { compareAgainst } from "../testing/against/compare-against.ts";
import type { AgainstWords } from "./against-flags.ts";

interface AgainstCommand {
  readonly host: Host;
  readonly signal: AbortSignal;
  readonly writeOut: (text: string) => void;
}

/**
 * `llm-do test --against REF`.
 *
 * @throws LlmDoError `usage` or `cases` for what keeps cases from being compared
 */
export async function againstCommand(
  { format, report, ...words }: AgainstWords,
  { host, signal, writeOut }: AgainstCommand,
): Promise<ExitCode> {
  const result = await compareAgainst({ ...words, host, signal });
  if (!result) return EXIT.interrupted;
  if (report !== undefined) {
    const { againstPage } = await import("../testing/against/against-page.ts");
    writePage(report, againstPage(result), host);
  }
  writeOut(await textOf(result, format, host));
  return result.exitCode;
}

/** @throws LlmDoError `usage` where the page cannot be written */
function writePage(path: string, page: string, { files }: Host): void {
  try {
    files.write(path, page);
  } catch (cause) {
    const reason = `it cannot be written: ${messageOf(cause)}`;
    const tries = ["name a file in a folder that you may write to"];
    throw new LlmDoError({ code: "usage", verb: "write", what: path, reason, tries, cause });
  }
}

async function textOf(
  result: AgainstResult,
  format: AgainstWords["format"],
  { stdout }: Host,
): Promise<string> {
  switch (format) {
    case "json":
      return `${JSON.stringify(result, null, 2)}\n`;
    case "markdown": {
      const { againstMarkdown } = await import("../testing/against/against-markdown.ts");
      return againstMarkdown(result);
    }
    case "text": {
      const { againstText } = await import("../testing/against/against-text.ts");
      return againstText(result, stdout.columns);
    }
  }
}
