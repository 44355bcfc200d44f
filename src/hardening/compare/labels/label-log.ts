import { LlmDoError } from "../../../errors/llm-do-error.ts";
import { appendShared } from "../../../host/locks/file-lock.ts";
import type { LockHost } from "../../../host/locks/lock-holder.ts";
import { isJsonObject } from "../../../model/json.ts";
import { RIGHTS, type Right } from "../run/disagreement.ts";
import { readLinesFile } from "../run/lines-file.ts";
import type { Labels } from "./label.ts";

/** The labels of a person, kept in a file of one JSON object a line as soon as each is given. */
export class LabelLog {
  readonly #path: string;
  readonly #host: LockHost;
  readonly #said: Map<string, Right>;

  private constructor(path: string, host: LockHost) {
    const { files } = host;
    const text = files.stat(path) ? readLinesFile(path, path, files) : "";
    this.#path = path;
    this.#host = host;
    this.#said = new Map(entriesIn(text, path));
  }

  /**
   * @param path absolute
   * @throws LlmDoError `file` with the line that is not a label
   */
  static open(path: string, host: LockHost): LabelLog {
    return new LabelLog(path, host);
  }

  get said(): Labels {
    return this.#said;
  }

  /** @throws LlmDoError `file` when it cannot be written */
  add(id: string, right: Right, at: string): void {
    appendShared(this.#path, JSON.stringify({ case: id, right, at }), this.#host);
    this.#said.set(id, right);
  }
}

function entriesIn(text: string, path: string): readonly (readonly [string, Right])[] {
  const lines = text.split("\n");
  return lines.flatMap((line, index) => {
    const entry = entryIn(line);
    // A crash may have cut the last line; its case is asked again.
    if (entry || line.trim() === "" || index === lines.length - 1) return entry ? [entry] : [];
    throw new LlmDoError({
      code: "file",
      verb: "read",
      what: path,
      reason: "the line is not a label",
      place: { file: path, line: index + 1 },
      tries: ["remove the line, and label its case again"],
    });
  });
}

function entryIn(line: string): readonly [string, Right] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isJsonObject(value)) return undefined;
  const { case: id, right: said } = value;
  const right = RIGHTS.find((each) => each === said);
  return typeof id === "string" && right !== undefined ? [id, right] : undefined;
}
