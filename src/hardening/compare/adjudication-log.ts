import { LlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import type { FileSystem } from "../../host/file-system.ts";
import { isJsonObject } from "../../model/json.ts";
import { type Adjudications, RIGHTS, type Right } from "./adjudication.ts";

/** What a person said, kept in a file of one JSON object a line as soon as it is said. */
export class AdjudicationLog {
  readonly #path: string;
  readonly #files: FileSystem;
  readonly #said: Map<string, Right>;
  /** Whether a crash left the last line without its end. */
  #isTorn: boolean;

  private constructor(path: string, files: FileSystem) {
    const text = files.stat(path) ? files.readText(path) : "";
    this.#path = path;
    this.#files = files;
    this.#said = new Map(entriesIn(text, path));
    this.#isTorn = text !== "" && !text.endsWith("\n");
  }

  /**
   * @param path absolute
   * @throws LlmDoError `file` with the line that is no adjudication
   */
  static open(path: string, files: FileSystem): AdjudicationLog {
    return new AdjudicationLog(path, files);
  }

  get said(): Adjudications {
    return this.#said;
  }

  /** @throws LlmDoError `file` when it cannot be written */
  add(id: string, right: Right, at: string): void {
    const line = `${JSON.stringify({ case: id, right, at })}\n`;
    try {
      const file = this.#files.openAppend(this.#path);
      try {
        file.append((this.#isTorn ? "\n" : "") + line);
      } finally {
        file.close();
      }
    } catch (cause) {
      const reason = messageOf(cause);
      throw new LlmDoError({ code: "file", verb: "write", what: this.#path, reason, cause });
    }
    this.#isTorn = false;
    this.#said.set(id, right);
  }
}

function entriesIn(text: string, path: string): readonly (readonly [string, Right])[] {
  const lines = text.split("\n");
  return lines.flatMap((line, index) => {
    const entry = entryIn(line);
    // The last line may have been cut; what was not said to its end was not said.
    if (entry || line.trim() === "" || index === lines.length - 1) return entry ? [entry] : [];
    throw new LlmDoError({
      code: "file",
      verb: "read",
      what: path,
      reason: "the line is no adjudication",
      place: { file: path, line: index + 1 },
      tries: ["remove the line, and adjudicate its case again"],
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
