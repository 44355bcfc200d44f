import { join } from "node:path";
import type { Host } from "../../../host/host.ts";
import { printable } from "../../../words/printable.ts";
import type { HardeningPaths } from "../scaffold/hardening-paths.ts";
import { type Written, type WrittenBody, writeFile } from "../scaffold/write-scaffold.ts";
import { type Candidate, scoreText } from "./candidate.ts";
import type { Synthesized } from "./run-synthesis.ts";

/** Who wrote the code, in words. */
export function writerText({ sources, models }: Pick<Synthesized, "sources" | "models">): string {
  const names = [...models].sort().join(", ");
  if (!sources.has("script")) return names;
  return sources.size === 1 ? `a script in the place of ${names}` : `${names} and a script`;
}

/** The body of the tool, from the best candidate. */
export function keptBody(best: Candidate, writer: string): WrittenBody {
  const note = [
    `// The code of answer was written by ${printable(writer)}: candidate ${best.number}, round ${best.round}. It`,
    `// ${scoreText(best.score)}.`,
    "// It has run in a sandbox only. Review it before you run it.",
    "// The sandbox is not Node (it has no Intl, for one): its test asks the code again, in Node.",
  ].join("\n");
  const declined = best.score.declined.length;
  return { code: `${best.code}\n\nexport { answer };\n`, note, declined };
}

/**
 * Writes the candidates that were not kept, each with the reason, and the inputs on which candidates
 * differ; what an earlier run left there is removed.
 *
 * @throws LlmDoError `file` for what cannot be written
 */
export function writeCandidates(
  { candidates, queries }: Synthesized,
  paths: HardeningPaths,
  { kept, host }: { readonly kept: Candidate | undefined; readonly host: Host },
): readonly Written[] {
  const { files } = host;
  // Never through a link: what is listed is removed.
  if (files.kindAt(paths.candidates) === "directory") {
    for (const name of files.list(paths.candidates)) files.remove(join(paths.candidates, name));
  }
  const written = candidates
    .filter((candidate) => candidate !== kept)
    .map((candidate) => {
      const path = join(paths.candidates, `candidate-${candidate.number}.ts.txt`);
      return writeFile(path, candidateText(candidate, kept), { force: true, host });
    });
  if (candidates.length < 2) return written;
  const lines = queries.map((query) => `${JSON.stringify(query)}\n`).join("");
  return [...written, writeFile(paths.queries, lines, { force: true, host })];
}

function candidateText(candidate: Candidate, kept: Candidate | undefined): string {
  const { number, round, rounds, score, code } = candidate;
  const head = [
    `// Candidate ${number}, round ${round} of ${rounds}. It ${scoreText(score)}.`,
    `// Not kept: ${reasonAgainst(candidate, kept)}.`,
    ...score.wrong.slice(0, 3).map((miss) => `// wrong on ${printable(JSON.stringify(miss))}`),
  ];
  return `${head.join("\n")}\n\n${code}\n`;
}

function reasonAgainst({ score, code }: Candidate, kept: Candidate | undefined): string {
  if (!kept) return "it agrees on none";
  const name = `candidate ${kept.number}`;
  if (kept.score.agreed > score.agreed) return `${name} agrees on ${kept.score.agreed}`;
  if (kept.score.wrong.length < score.wrong.length) return `${name} is wrong less often`;
  if (kept.code.length < code.length) return `${name} agrees on as many and is shorter`;
  return `${name} agrees on as many and came first`;
}
