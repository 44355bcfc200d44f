import { SecretScanner } from "../../../cassette/secrets/secret-scanner.ts";
import type { Host } from "../../../host/host.ts";
import { groupsOf } from "../run/disagreement.ts";
import { writeReport } from "../run/out-folder.ts";
import type { Compared } from "./report.ts";
import { reportHtml } from "./report-html.ts";
import { reportMarkdown } from "./report-markdown.ts";

/**
 * Writes all reports of a comparison into its folder. What the tool said may hold a secret of the
 * environment that it runs in, which no recording holds: it is masked.
 *
 * @throws LlmDoError `file` when one cannot be written
 */
export function writeReports(
  compared: Compared,
  { files, env }: Pick<Host, "files" | "env">,
): void {
  const { certificate, out } = compared;
  const scanner = new SecretScanner(env);
  const report = masked(compared.report, scanner);
  const disagreements = masked(compared.disagreements, scanner);
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

/** The same with each secret in its texts, names of fields included, replaced. */
function masked<Value>(value: Value, scanner: SecretScanner): Value {
  const walk = (each: unknown): unknown => {
    if (typeof each === "string") return scanner.mask(each);
    if (Array.isArray(each)) return each.map(walk);
    if (typeof each !== "object" || each === null) return each;
    const entries = Object.entries(each).map(
      ([name, of]) => [scanner.mask(name), walk(of)] as const,
    );
    return Object.fromEntries(entries);
  };
  return walk(value) as Value; // of the same shape
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
