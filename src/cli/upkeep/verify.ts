import { dirname, resolve } from "node:path";
import { CassetteFile } from "../../cassette/file/cassette-file.ts";
import { SecretScanner } from "../../cassette/secrets/secret-scanner.ts";
import { type Finding, verifyCassette } from "../../cassette/upkeep/verify.ts";
import { isLlmDoError, LlmDoError } from "../../errors/llm-do-error.ts";
import { formatPlace } from "../../errors/place.ts";
import type { Host } from "../../host/host.ts";
import { loadProjectConfig } from "../../project/config/project-config.ts";
import { cassettesNamed } from "../../testing/status/named-cassettes.ts";
import { counted } from "../../words/counted.ts";
import { shellQuote } from "../../words/shell-quote.ts";

/**
 * `llm-do cassette verify`: prints a line for each cassette when all are good, else what is wrong.
 *
 * @param words files, and folders with the cassettes below them
 * @throws LlmDoError `cassette-damaged` when anything is wrong
 */
export function verifyCassettes(words: readonly string[], host: Host): void {
  const wrong: Wrong[] = [];
  const good: string[] = [];
  for (const path of cassettesNamed(words, host)) {
    const absolute = resolve(host.cwd, path);
    const { rules } = loadProjectConfig(dirname(absolute), host.files);
    const scanner = new SecretScanner(host.env, rules.allow);
    const file = readOrError(path, host);
    if (isLlmDoError(file)) {
      if (words.length === 1 && words[0] === path) throw file; // says it best itself
      const place = file.place ?? { file: path };
      wrong.push({ path, finding: { place, problem: file.reason }, tries: file.tries });
      continue;
    }
    wrong.push(...verifyCassette(file, rules, scanner).map((finding) => ({ path, finding })));
    const { length } = file.slices;
    good.push(`${path}: ${counted(length, "entry", "entries")}, all fit\n`);
  }
  if (wrong.length === 0) {
    host.stdout.write(good.join(""));
    return;
  }
  throw new LlmDoError({
    code: "cassette-damaged",
    verb: "verify",
    what: words.join(" "),
    reason: `${counted(wrong.length, "entry is", "entries are")} wrong`,
    details: wrong.map(({ finding }) => `  ${formatPlace(finding.place)}: ${finding.problem}`),
    tries: triesOf(wrong),
  });
}

/** One that cannot be read is told with what is wrong with the others. */
function readOrError(path: string, host: Host): CassetteFile | LlmDoError {
  try {
    return CassetteFile.read(path, host.files);
  } catch (error) {
    if (isLlmDoError(error)) return error;
    throw error;
  }
}

interface Wrong {
  readonly path: string;
  readonly finding: Finding;
  /** Of a file that cannot be read. */
  readonly tries?: readonly string[];
}

function triesOf(wrong: readonly Wrong[]): readonly string[] {
  const read = wrong.filter(({ tries }) => tries === undefined);
  const pathsOf = (fix: Finding["fix"]) => [
    ...new Set(read.filter(({ finding }) => finding.fix === fix).map(({ path }) => path)),
  ];
  const rekeyed = pathsOf("rekey");
  const isSecret = pathsOf("redact").length > 0;
  return [
    ...new Set(wrong.flatMap(({ tries = [] }) => tries)),
    ...(rekeyed.length > 0 ? [`llm-do cassette rekey ${rekeyed.map(shellQuote).join(" ")}`] : []),
    ...(isSecret ? ['hide it: a pattern under "redact" in llm-do.yaml, then cassette rekey'] : []),
    ...(pathsOf(undefined).length > 0
      ? ["restore the file from version control, or record it anew with --mode record"]
      : []),
  ];
}
