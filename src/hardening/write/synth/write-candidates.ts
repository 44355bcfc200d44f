import { dirname, join, relative, sep } from "node:path";
import { LlmDoError } from "../../../errors/llm-do-error.ts";
import type { Host } from "../../../host/host.ts";
import { isJsonObject, tryParseJson } from "../../../model/json.ts";
import { printable } from "../../../words/printable.ts";
import type { HardeningPaths } from "../hardening-paths.ts";
import { type Written, writeFile } from "../scaffold/write-scaffold.ts";
import { bothScoresText, type Candidate } from "./candidate.ts";
import type { Synthesized } from "./run-synthesis.ts";

/** A candidate that waits for a person's word. */
export interface Chosen {
  /** The worker's file, relative to the folder of the candidates. */
  readonly worker: string;
  /** The name of the file with its code, beside this one. */
  readonly file: string;
  readonly writer: string;
  readonly candidate: number;
  readonly round: number;
  /** How it fared, in words. */
  readonly score: string;
}

/** Who wrote the code, in words. */
export function writerText({ sources, models }: Pick<Synthesized, "sources" | "models">): string {
  const names = [...models].sort().join(", ");
  if (!sources.has("script")) return names;
  return sources.size === 1 ? `a script in the place of ${names}` : `${names} and a script`;
}

interface WriteOptions {
  readonly chosen: Candidate | undefined;
  /** Absolute path of the worker's file. */
  readonly worker: string;
  readonly host: Host;
}

/**
 * Writes the candidates as texts that nothing runs, which of them was chosen, and the inputs on which they
 * differ; what an earlier run left there is removed.
 *
 * @throws LlmDoError `file` for what cannot be written
 */
export function writeCandidates(
  made: Synthesized,
  paths: HardeningPaths,
  { chosen, worker, host }: WriteOptions,
): readonly Written[] {
  const { candidates, queries, isKeptBack } = made;
  const { files } = host;
  // Never through a link: what is listed is removed.
  if (files.kindAt(paths.candidates) === "directory") {
    for (const name of files.list(paths.candidates)) files.remove(join(paths.candidates, name));
  }
  const put = (path: string, text: string) => writeFile(path, text, { force: true, host });
  const written = candidates.map((candidate) =>
    put(
      join(paths.candidates, fileOf(candidate)),
      candidateText(candidate, { chosen, isKeptBack }),
    ),
  );
  if (chosen) {
    const waiting: Chosen = {
      worker: relative(dirname(paths.chosen), worker).split(sep).join("/"),
      file: fileOf(chosen),
      writer: printable(writerText(made)),
      candidate: chosen.number,
      round: chosen.round,
      score: bothScoresText(chosen, isKeptBack),
    };
    written.push(put(paths.chosen, `${JSON.stringify(waiting, null, 2)}\n`));
  }
  if (candidates.length < 2) return written;
  const lines = queries.map((query) => `${JSON.stringify(query)}\n`).join("");
  return [...written, put(paths.queries, lines)];
}

function fileOf({ number }: Candidate): string {
  return `candidate-${number}.ts.txt`;
}

/** Stands between what is told of a candidate and its code. */
const CODE_BEGINS = "// ---";

function candidateText(
  candidate: Candidate,
  { chosen, isKeptBack }: { chosen: Candidate | undefined; isKeptBack: boolean },
): string {
  const { number, round, rounds, score, code } = candidate;
  const head = [
    `// Candidate ${number}, round ${round} of ${rounds}. It ${bothScoresText(candidate, isKeptBack)}.`,
    candidate === chosen
      ? "// Chosen. It has run in a sandbox only: review it, then accept it with llm-do harden --accept."
      : `// Not chosen: ${reasonAgainst(candidate, chosen)}.`,
    ...score.wrong.slice(0, 3).map((miss) => `// wrong on ${printable(JSON.stringify(miss))}`),
    CODE_BEGINS,
  ];
  return `${head.join("\n")}\n${code}\n`;
}

function reasonAgainst({ fold, score, code }: Candidate, chosen: Candidate | undefined): string {
  if (!chosen) return "it agrees on none";
  const name = `candidate ${chosen.number}`;
  if (chosen.fold.agreed > fold.agreed) return `${name} agrees on ${chosen.fold.agreed}`;
  if (chosen.fold.wrong.length < fold.wrong.length) return `${name} is wrong less often`;
  if (chosen.score.agreed > score.agreed) return `${name} agrees on ${chosen.score.agreed}`;
  if (chosen.score.wrong.length < score.wrong.length) return `${name} is wrong less often`;
  if (chosen.code.length < code.length) return `${name} agrees on as many and is shorter`;
  return `${name} agrees on as many and came first`;
}

/**
 * The candidate that waits, with its code as the file has it by now.
 *
 * @throws LlmDoError `file` where none waits, or its files are damaged
 */
export function readChosen(path: string, host: Host): Chosen & { readonly code: string } {
  const { files, cwd } = host;
  const what = relative(cwd, path);
  if (!files.stat(path)) throw noneWaits(what);
  const said = tryParseJson(files.readText(path));
  const { worker, file, writer, candidate, round, score } = isJsonObject(said) ? said : {};
  const isWhole =
    typeof worker === "string" &&
    typeof file === "string" &&
    /^candidate-\d+\.ts\.txt$/.test(file) &&
    typeof writer === "string" &&
    typeof candidate === "number" &&
    typeof round === "number" &&
    typeof score === "string";
  const code = isWhole ? join(dirname(path), file) : "";
  if (!isWhole || !files.stat(code)) throw damaged(what);
  const text = files.readText(code);
  const begin = text.indexOf(`${CODE_BEGINS}\n`);
  const own = begin < 0 ? text : text.slice(begin + CODE_BEGINS.length + 1);
  return { worker, file, writer, candidate, round, score, code: own.trim() };
}

const AGAIN = [
  "let one be written: llm-do harden WORKER --synth 3",
  "or name the worker's file: llm-do harden --accept path/NAME.worker",
];

function noneWaits(what: string): LlmDoError {
  const reason = "no candidate waits to be accepted";
  return new LlmDoError({ code: "file", verb: "accept", what, reason, tries: AGAIN });
}

function damaged(what: string): LlmDoError {
  const reason = "it does not say which candidate was chosen, or that has gone";
  return new LlmDoError({ code: "file", verb: "accept", what, reason, tries: AGAIN });
}
