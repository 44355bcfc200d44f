import type { LlmDoError } from "../errors/llm-do-error.ts";
import type { Place } from "../errors/place.ts";
import { MOST_YAML_BYTES } from "../yaml/size-bound.ts";
import { workerError } from "./worker-source.ts";

export interface SplitWorker {
  /** The front matter's text, its lines numbered as in the file. */
  readonly yaml: string;
  /** What follows the front matter. */
  readonly body: string;
}

const CLOSING_LINE = /^\r?\n---[ \t]*(?:\r?\n|$)/;

const HOW_TO_BEGIN = 'begin the file with the lines "---", "name: NAME" and "---"';

/**
 * Splits a `.worker` file into front matter and body. Reads nothing of the YAML itself.
 *
 * @throws LlmDoError `worker` when there is no front matter, it is not closed, or its first line
 *   names a language
 */
export function splitFrontMatter(text: string, file: string): SplitWorker {
  checkWorkerSize(text, file);
  const content = text.startsWith("\uFEFF") ? text.slice(1) : text;
  checkOpeningLine(content, file);
  const end = content.indexOf("\n---", "---".length);
  const rest = end < 0 ? "" : content.slice(end);
  if (!CLOSING_LINE.test(rest)) throw unclosed(content, rest, file);
  const yaml = content.slice("---".length, end);
  return { yaml: `${yaml}\n`, body: rest.slice("\n---".length).replace(/^\r?\n/, "") };
}

function checkWorkerSize(text: string, file: string): void {
  if (text.length <= MOST_YAML_BYTES) return;
  const reason = `it is larger than ${MOST_YAML_BYTES / 1024 ** 2} MB`;
  throw workerError(file, { reason, place: { file } });
}

function checkOpeningLine(content: string, file: string): void {
  const firstLine = content.slice(0, content.search(/\r?\n|$/));
  if (!firstLine.startsWith("---") || firstLine.startsWith("----")) {
    const late = /^\s*---[ \t]*\r?\n/.test(content);
    const reason = late ? "front matter must start on the first line" : "front matter is missing";
    throw workerError(file, { reason, place: { file, line: 1, column: 1 }, tries: [HOW_TO_BEGIN] });
  }
  const language = firstLine.slice(3).trim();
  if (language === "") return;
  throw workerError(file, {
    reason: `front matter is YAML only, and ${JSON.stringify(language.slice(0, 40))} follows the opening ---`,
    place: { file, line: 1, column: 4 },
    tries: ["write --- alone on the first line and YAML below it"],
  });
}

function unclosed(content: string, rest: string, file: string): LlmDoError {
  if (rest === "") {
    const place = { file, line: 1, column: 1 };
    const tries = ["write --- alone on a line after the last key"];
    return workerError(file, { reason: "front matter has no closing ---", place, tries });
  }
  const line = content.slice(0, content.length - rest.length + 1).split("\n").length;
  const place: Place = { file, line, column: 1 };
  const reason = "the --- that closes the front matter must stand alone on its line";
  return workerError(file, { reason, place });
}
