import { EXIT, type ExitCode } from "../errors/codes.ts";
import type { Host } from "../host/host.ts";
import type { AgainstResult } from "../testing/against/against-result.ts";
import { compareAgainst } from "../testing/against/compare-against.ts";
import type { AgainstWords } from "./against-flags.ts";
import { writePage } from "./write-page.ts";

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
