import { SecretScanner } from "../../../cassette/secrets/secret-scanner.ts";
import {
  CERTIFICATE_FILE,
  type Certificate,
  certificateFile,
  formatCertificate,
} from "../../../certificate/certificate.ts";
import { parseCertificate } from "../../../certificate/read-certificate.ts";
import { isLlmDoError } from "../../../errors/llm-do-error.ts";
import type { Host } from "../../../host/host.ts";
import { markdownOf } from "../../../report/markdown.ts";
import { pageOf } from "../../../report/page.ts";
import type { Report } from "../../../report/report.ts";
import { writeReport } from "../run/out-folder.ts";
import type { Compared, CompareReport } from "./compare-report.ts";
import { reportTree } from "./report-tree.ts";

/**
 * Writes all reports of a comparison into its folder. What the tool said may hold a secret of the
 * environment that it runs in, which no recording holds: it is masked.
 *
 * @returns the report and its figures as they may be shown, and where a certificate went
 * @throws LlmDoError `file` when one cannot be written
 */
export function writeReports(
  compared: Compared,
  { files, env }: Pick<Host, "files" | "env">,
): WrittenReports {
  const { certificate, out } = compared;
  const scanner = new SecretScanner(env);
  const report = masked(compared.report, scanner);
  const disagreements = masked(compared.disagreements, scanner);
  const tree = reportTree(report, disagreements);
  const lines = disagreements.map((each) => `${JSON.stringify(each)}\n`);
  const texts = {
    "compare.json": json(report),
    "compare.md": markdownOf(tree),
    "compare.html": pageOf(tree),
    "disagreements.jsonl": lines.join(""),
  };
  for (const [name, text] of Object.entries(texts)) {
    writeReport(out.file(name), text, files);
  }
  const written = certificate && writeCertificate(certificate, compared, files);
  return { tree, report, ...(written ? { certificate: written } : {}) };
}

interface WrittenReports {
  readonly tree: Report;
  readonly report: CompareReport;
  readonly certificate?: WrittenCertificate;
}

interface WrittenCertificate {
  /** Absolute. */
  readonly path: string;
  /** The one that code answers by unless another is named: of another claim, kind or tool. */
  readonly standing?: Certificate;
}

/** A certificate of another claim, kind or tool never overwrites the one that code may answer by. */
function writeCertificate(
  certificate: Certificate,
  { out }: Pick<Compared, "out">,
  files: Host["files"],
): WrittenCertificate {
  const standing = standingCertificate(out.file(CERTIFICATE_FILE), files);
  const name = certificateFile(certificate, standing);
  const path = out.file(name);
  writeReport(path, formatCertificate(certificate), files);
  return { path, ...(standing && name !== CERTIFICATE_FILE ? { standing } : {}) };
}

/** The certificate that stands there; undefined where there is none that can be read. */
function standingCertificate(path: string, files: Host["files"]): Certificate | undefined {
  if (!files.stat(path)) return undefined;
  try {
    return parseCertificate(files.readText(path), path);
  } catch (error) {
    if (isLlmDoError(error)) return undefined;
    throw error;
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
