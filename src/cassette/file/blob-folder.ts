import { hash } from "node:crypto";
import { join } from "node:path";
import type { FileSystem } from "../../host/files/file-system.ts";
import { BLOB_NAME } from "./blob-reference.ts";
import { checkOwnPlace } from "./own-place.ts";

/** Thrown for a blob that cannot be had; `message` says why. */
export class DamagedBlob extends Error {
  /** The path of the blob. */
  readonly path: string;

  constructor(path: string, reason: string) {
    super(reason);
    this.path = path;
  }
}

/** The folder beside a cassette that holds the binary content of its answers, by hash. */
export class BlobFolder {
  readonly #folder: string;
  readonly #files: FileSystem;

  constructor(cassette: string, files: FileSystem) {
    // A recording that was not finished names the blobs of the cassette that it was to be.
    this.#folder = `${cassette.replace(/\.recording$/, "")}.blobs`;
    this.#files = files;
  }

  /** @throws DamagedBlob when it is missing or its content is not what its name says */
  read(name: string): Uint8Array {
    const path = this.#pathOf(name);
    if (this.#files.stat(path)?.kind !== "file") throw new DamagedBlob(path, "it is missing");
    const bytes = this.#files.readBytes(path);
    if (hash("sha256", bytes) === name.slice(0, name.indexOf("."))) return bytes;
    throw new DamagedBlob(path, "its content was altered: the hash is not the one in its name");
  }

  write(name: string, bytes: Uint8Array): void {
    const path = this.#pathOf(name);
    this.check();
    // One that a crash cut short has another size.
    if (this.#files.stat(path)?.bytes !== bytes.length) this.#files.write(path, bytes);
  }

  /** The names of all blobs. */
  list(): readonly string[] {
    if (this.#files.kindAt(this.#folder) !== "directory") return [];
    return this.#files.list(this.#folder).filter((name) => BLOB_NAME.test(name));
  }

  remove(name: string): void {
    this.check();
    this.#files.remove(this.#pathOf(name));
  }

  /** @throws LlmDoError `cassette-refused` when something else than a folder stands there */
  check(): void {
    checkOwnPlace(this.#folder, this.#files, { kind: "directory" });
  }

  #pathOf(name: string): string {
    if (!BLOB_NAME.test(name)) throw new TypeError(`not the name of a blob: ${name}`);
    return join(this.#folder, name);
  }
}
