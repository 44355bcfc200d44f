import type { LlmDoError } from "../errors/llm-do-error.ts";
import type { Place } from "../errors/place.ts";
import { parseYamlTree } from "../yaml/parse-yaml-tree.ts";
import type { Path } from "../yaml/path.ts";
import { MOST_YAML_BYTES } from "../yaml/size-bound.ts";
import { type YamlProblem, type YamlSource, yamlError } from "../yaml/yaml-source.ts";

interface SplitWorker {
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

/**
 * Where a key or an item of a worker's front matter stands; for one that is not written, where the
 * nearest above it does.
 *
 * @param text a `.worker` file that `parseWorker` reads
 */
export function frontMatterPlace(text: string, file: string, path: Path): Place {
  const { yaml } = splitFrontMatter(text, file);
  let tree = parseYamlTree(yaml, workerSource(file));
  let place: Place = { file, line: 1, column: 1 };
  for (const step of path) {
    if (tree.kind === "map" && typeof step === "string") {
      const entry = tree.entries.get(step);
      if (!entry) return place;
      place = entry.keyPlace;
      tree = entry.value;
    } else if (tree.kind === "list" && typeof step === "number") {
      const item = tree.items[step];
      if (!item) return place;
      place = item.place;
      tree = item;
    } else return place;
  }
  return place;
}

/** How errors speak of a `.worker` file: code `worker`, and its YAML is its front matter. */
export function workerSource(file: string): YamlSource {
  return { file, code: "worker", verb: "load", noun: "front matter" };
}

/** What is wrong with a `.worker` file outside of a value of its front matter. */
export function workerError(file: string, problem: YamlProblem): LlmDoError {
  return yamlError(workerSource(file), problem);
}
