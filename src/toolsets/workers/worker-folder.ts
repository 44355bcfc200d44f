import type { ConfinedFiles } from "../../host/confined/confined-files.ts";
import { WORKER_NAME } from "../../worker/front-matter-keys.ts";
import { fileFailure, isMissing } from "../filesystem/file-failure.ts";
import { isPlainText, MAX_FILE_BYTES } from "../filesystem/text-file.ts";
import { createWorkFolder, openScope, type WorkFolder } from "../filesystem/work-folder.ts";

const EXTENSION = ".worker";

/**
 * The folder that made workers stand in. Names are those of workers, which have neither dots nor
 * slashes. Methods throw LlmDoError `call` with what the file system has against it.
 */
export class WorkerFolder {
  readonly #path: string;
  readonly #files: WorkFolder;

  /** @param path relative to the project's folder, which is absolute */
  constructor(path: string, projectFolder: string, files: ConfinedFiles) {
    this.#path = path;
    const scope = openScope({ basePath: path }, projectFolder, files);
    this.#files = createWorkFolder(scope, projectFolder, files);
  }

  /** The file of a worker, relative to the project's folder. */
  fileOf(name: string): string {
    return `${this.#path}/${name}${EXTENSION}`;
  }

  /** The text of a worker; undefined when there is none. */
  find(name: string): string | undefined {
    const file = `${name}${EXTENSION}`;
    try {
      const bytes = this.#files.operate("read", file, (target) =>
        this.#files.files.read(target, MAX_FILE_BYTES),
      );
      if (!isPlainText(bytes)) throw fileFailure("read", file, { reason: "it is not UTF-8 text" });
      return Buffer.from(bytes).toString("utf8");
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  write(name: string, text: string): void {
    this.#files.operate("write", `${name}${EXTENSION}`, (target) =>
      this.#files.files.write(target, Buffer.from(text, "utf8")),
    );
  }

  /** Names of the workers that stand there, sorted. */
  names(): readonly string[] {
    try {
      const entries = this.#files.operate("list", ".", (target) => this.#files.files.list(target));
      return entries
        .filter(({ name, kind }) => kind === "file" && name.endsWith(EXTENSION))
        .map(({ name }) => name.slice(0, -EXTENSION.length))
        .filter((name) => WORKER_NAME.test(name));
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }
}
