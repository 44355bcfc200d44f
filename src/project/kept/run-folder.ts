import { dirname, join, relative, resolve, sep } from "node:path";
import { isBeingWritten } from "../../cassette/file/lock.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { findProjectTop } from "../project-paths.ts";

/** What belongs to llm-do alone, at the top of a project. */
const OWN_FOLDER = ".llm-do";

/** How many runs are kept. */
export const MOST_RUNS = 50;

const EXTENSION = ".yaml";

/** Characters of a time as `2026-11-24T16-20-05`. */
const STAMP_CHARACTERS = 19;

/** The folder at the top of a project where the cassettes of its runs are kept. */
export class RunFolder {
  /** Absolute path of the folder that holds the cassettes. */
  readonly path: string;
  readonly #host: Host;
  readonly #ownPath: string;
  /** Names the cassette of the last run, which may be elsewhere or not have come about. */
  readonly #lastPath: string;

  /** The folder of the project that the host's current folder belongs to; makes nothing. */
  constructor(host: Host) {
    this.#host = host;
    this.#ownPath = join(findProjectTop(host.cwd, host.files) ?? host.cwd, OWN_FOLDER);
    this.path = join(this.#ownPath, "runs");
    this.#lastPath = join(this.#ownPath, "last");
  }

  /** Names of the runs that are kept, without their extension, the newest first. */
  get names(): readonly string[] {
    const { files } = this.#host;
    // Old runs are removed: never through a link.
    if (this.#hasLink || files.stat(this.path)?.kind !== "directory") return [];
    const cassettes = files.list(this.path).filter((name) => name.endsWith(EXTENSION));
    return cassettes.map((name) => name.slice(0, -EXTENSION.length)).reverse();
  }

  /** The absolute path of a run's cassette, be it there or not. */
  pathOf(name: string): string {
    return join(this.path, `${name}${EXTENSION}`);
  }

  /** Whether a cassette is one of the runs that are kept. */
  holds(cassette: string): boolean {
    return dirname(cassette) === this.path;
  }

  /** The absolute path of the last run's cassette, be it there or not; undefined before any run. */
  get last(): string | undefined {
    const { files } = this.#host;
    if (files.kindAt(this.#lastPath) !== "file") return undefined;
    const path = files.readText(this.#lastPath).trim();
    return path === "" ? undefined : resolve(this.#ownPath, path);
  }

  /** Says which cassette is the last run's. */
  setLast(cassette: string): void {
    this.#hide();
    const path = relative(this.#ownPath, resolve(this.#host.cwd, cassette));
    const text = `${path.split(sep).join("/")}\n`;
    const { files } = this.#host;
    const isSaid =
      files.kindAt(this.#lastPath) === "file" && files.readText(this.#lastPath) === text;
    if (!isSaid) files.write(this.#lastPath, text);
  }

  /**
   * Makes an empty file for a run that begins now, and lets go of the oldest runs.
   *
   * @returns its absolute path, which no other run has
   */
  reserve(entry: string): string {
    const { files, clock } = this.#host;
    this.#hide();
    const stamp = new Date(clock.nowMs()).toISOString().slice(0, STAMP_CHARACTERS);
    const time = stamp.replaceAll(":", "-");
    let count = this.names.filter((name) => name.startsWith(time)).length;
    for (;;) {
      // A dot comes after the dash, so that names sort by time within a second, too.
      const ordinal = count === 0 ? "" : `.${String(count + 1).padStart(2, "0")}`;
      const path = this.pathOf(`${time}${ordinal}-${entry}`);
      if (files.createExclusive(path, "")) {
        this.#prune();
        return path;
      }
      count++;
    }
  }

  /** Removes a run with all that belongs to it. */
  remove(cassette: string): void {
    const { files, scratch } = this.#host;
    for (const path of [cassette, `${cassette}.lock`]) files.remove(path);
    scratch.remove(`${cassette}.blobs`);
  }

  /** Removes the file of a run that recorded nothing. */
  removeEmpty(cassette: string): void {
    if (this.#host.files.stat(cassette)?.bytes === 0) this.remove(cassette);
  }

  #prune(): void {
    const old = this.names.slice(MOST_RUNS).map((name) => this.pathOf(name));
    for (const path of old) if (!isBeingWritten(path, this.#host)) this.remove(path);
  }

  /**
   * Version control is to take nothing of it.
   *
   * @throws LlmDoError `file` when the folder is a link
   */
  #hide(): void {
    if (this.#hasLink) throw linked(this.#ownPath);
    const path = join(this.#ownPath, ".gitignore");
    if (!this.#host.files.kindAt(path)) this.#host.files.createExclusive(path, "*\n");
  }

  get #hasLink(): boolean {
    const { files } = this.#host;
    return [this.#ownPath, this.path].some((path) => files.kindAt(path) === "link");
  }
}

function linked(what: string): LlmDoError {
  return new LlmDoError({
    code: "file",
    verb: "write",
    what,
    reason: "it is a symbolic link, or its folder of runs is, and llm-do writes through none",
    tries: ["find out who made it, then remove it"],
  });
}
