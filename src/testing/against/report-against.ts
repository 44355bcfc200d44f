import { EXIT, type ExitCode } from "../../errors/codes.ts";
import type { Host } from "../../host/host.ts";
import { writePage } from "../report/write-page.ts";
import type { AgainstWords } from "./against-flags.ts";
import type { AgainstResult } from "./against-result.ts";
import { compareAgainst } from "./compare-against.ts";

interface AgainstCommand {
  readonly host: Host;
  readonly signal: AbortSignal;
}

/**
 * `llm-do test --against REF`.
 *
 * @throws LlmDoError `usage` or `cases` for what keeps cases from being compared
 */
export async function reportAgainst(
  { format, report, ...words }: AgainstWords,
  { host, signal }: AgainstCommand,
): Promise<ExitCode> {
  const result = await compareAgainst({ ...words, host, signal });
  if (!result) return EXIT.interrupted;
  if (report !== undefined) {
    const { againstPage } = await import("./against-page.ts");
    writePage(report, againstPage(result), host);
  }
  host.stdout.write(await renderedIn(result, format, host));
  return result.exitCode;
}

async function renderedIn(
  result: AgainstResult,
  format: AgainstWords["format"],
  { stdout }: Host,
): Promise<string> {
  switch (format) {
    case "json":
      return `${JSON.stringify(result, null, 2)}\n`;
    case "markdown": {
      const { againstMarkdown } = await import("./against-markdown.ts");
      return againstMarkdown(result);
    }
    case "text": {
      const { againstText } = await import("./against-text.ts");
      return againstText(result, stdout.columns);
    }
  }
}
