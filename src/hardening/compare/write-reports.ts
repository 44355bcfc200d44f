import type { FileSystem } from "../../host/file-system.ts";
import { groupsOf } from "./disagreement.ts";
import { writeReport } from "./out-folder.ts";
import { reportHtml } from "./report-html.ts";
import { reportMarkdown } from "./report-markdown.ts";
import type { Compared } from "./run-compare.ts";

/**
 * Writes all reports of a comparison into its folder.
 *
 * @throws LlmDoError `file` when one cannot be written
 */
export function writeReports(compared: Compared, files: FileSystem): void {
  const { report, disagreements, certificate, out } = compared;
  const lines = disagreements.map((each) => `${JSON.stringify(each)}\n`);
  const groups = groupsOf(disagreements);
  const texts = {
    "compare.json": json(report),
    "compare.md": reportMarkdown(report, groups),
    "compare.html": reportHtml(report, groups),
    "disagreements.jsonl": lines.join(""),
    "certificate.json": json(certificate),
  } as const;
  for (const [name, text] of Object.entries(texts)) {
    writeReport(out.file(name as keyof typeof texts), text, files); // its own keys
  }
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
