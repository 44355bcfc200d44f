import { resolve } from "node:path";
import { isLlmDoError, LlmDoError } from "../../errors/llm-do-error.ts";
import type { AppendFile } from "../../host/files/file-system.ts";
import type { Host } from "../../host/host.ts";
import type { JsonObject } from "../../model/json.ts";
import { BlobFolder } from "../file/blob-folder.ts";
import type { BlobContents } from "../file/blob-reference.ts";
import type { CassetteFile } from "../file/cassette-file.ts";
import { checkReadable, readableText } from "../file/encode-entry.ts";
import { type CopiedEntry, type EntryWriter, LenientWriter } from "../file/entry-writer.ts";
import { type EntryFields, HEADER, SEPARATOR } from "../file/format.ts";
import { encodeRun, isCassetteText } from "../file/header.ts";
import { type CassetteLock, lockCassette } from "../file/lock.ts";
import { checkOwnFile, checkOwnPlace, unrecordable } from "../file/own-place.ts";
import { writeYaml } from "../file/yaml/write-yaml.ts";
import { rewriteJson } from "../rules/rewrite-request.ts";
import type { SecretScanner } from "../secrets/secret-scanner.ts";
import type { CassetteOptions, SessionState } from "../state/session-state.ts";
import { settledRecording } from "./keep-timings.ts";
import { keepTornTail, type OldRecording, UnfinishedRecording } from "./old-recording.ts";

interface WriterOptions {
  readonly path: string;
  readonly host: Host;
  readonly scanner: SecretScanner;
  /** Write beside the cassette and replace it by {@link CassetteWriter.commit}. */
  readonly replace: boolean;
  /**
   * What stands in the cassette already; undefined where there is none, or a recording anew does not
   * look at it.
   */
  readonly existing: CassetteFile | undefined;
  /** With `replace`: the cassette is replaced only where something was appended. */
  readonly onlyIfNew?: boolean;
  /** With `replace`: what an unfinished recording holds that must not be lost before the commit. */
  readonly unfinished?: UnfinishedRecording | undefined;
  /** What the header of a new cassette says beside its version; undefined when nothing. */
  readonly run?: JsonObject | undefined;
  /** Told of the lock of a process that has ended, when it is taken over. Default: nobody is. */
  readonly onWarning?: ((message: string) => void) | undefined;
  /** Taken by whoever opened the cassette. Default: it is taken when it is needed. */
  readonly lock?: CassetteLock | undefined;
  /**
   * Characters of entries that are written together, for what could be recorded again. Default: each
   * entry is on the disk before its answer is given to anybody.
   */
  readonly together?: number;
}

/** Whether a text is a recording, which a crash may have cut short anywhere. */
function isRecording(text: string): boolean {
  return HEADER.startsWith(text) || isCassetteText(text);
}

/** Appends entries to a cassette, each with one write, under a lock. */
export class CassetteWriter implements EntryWriter {
  readonly #options: WriterOptions;
  readonly #blobs: BlobFolder;
  #file: AppendFile | undefined;
  #release: (() => void) | undefined;
  #isEmpty: boolean;
  /** The line break that an editor took from the end of the file: it comes before the next entry. */
  #lostBreak: string;
  #hasNew = false;
  /** Entries that wait for others, with which they are written. */
  #unwritten = "";
  /** Of the file, with what is about to be written. */
  #bytes: number;
  /** Copies that wait for the first entry that is new. */
  #waiting: { readonly entry: CopiedEntry; readonly blobs: BlobContents | undefined }[] = [];
  /** What must not be lost before the commit. */
  #unfinished: UnfinishedRecording | undefined;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#blobs = new BlobFolder(options.path, options.host.files);
    this.#isEmpty = options.replace || !options.existing || options.existing.wholeBytes === 0;
    this.#bytes = options.replace ? 0 : (options.existing?.wholeBytes ?? 0);
    this.#lostBreak = !options.replace && options.existing?.endsInLine === false ? "\n" : "";
    this.#unfinished = options.unfinished;
  }

  /** The file that entries go to until the cassette is replaced. */
  get path(): string {
    return this.#options.replace ? `${this.#options.path}.recording` : this.#options.path;
  }

  get hasNew(): boolean {
    return this.#hasNew;
  }

  get isOpen(): boolean {
    return this.#file !== undefined;
  }

  copy(entry: CopiedEntry, blobs?: BlobContents): void {
    if (!this.#options.replace) throw new TypeError("only a new cassette has copies of entries");
    if (entry.isNew) {
      this.flush();
      this.#hasNew = true;
    }
    if (this.#file) this.#write(entry, blobs);
    else this.#waiting.push({ entry, blobs });
  }

  flush(): void {
    this.#claim();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { entry, blobs } of waiting) this.#write(entry, blobs);
  }

  /**
   * Makes sure that an entry can be written, before anything is spent on its answer.
   *
   * @param asked what is known of the entry by then
   * @throws LlmDoError `cassette-refused` when it holds a secret, another process writes the
   * cassette or the disk refuses
   */
  prepare(asked: EntryFields, blobs?: BlobContents): void {
    const { run } = this.#options;
    this.#checkSecrets(this.#isEmpty && run ? { ...asked, run } : asked, blobs);
    this.flush();
  }

  /**
   * @param prepared fields that were checked before
   * @throws LlmDoError `cassette-refused` when the fields hold a secret or the disk refuses
   */
  append(fields: EntryFields, blobs?: BlobContents, prepared: EntryFields = {}): void {
    const isNew = ([name, value]: [string, unknown]) => value !== prepared[name];
    this.prepare(Object.fromEntries(Object.entries(fields).filter(isNew)), blobs);
    const text = readableText(fields, this.#options.path);
    this.#hasNew = true;
    this.#put(text, blobs);
  }

  /** Writes a copy down; what was kept before may hold what is a secret today. */
  #write({ fields, text }: CopiedEntry, blobs: BlobContents | undefined): void {
    this.#checkSecrets(fields, blobs);
    this.#put(text, blobs);
  }

  #put(entry: string, blobs: BlobContents | undefined): void {
    const text = (this.#isEmpty ? this.#header() : this.#lostBreak) + SEPARATOR + entry;
    this.#lostBreak = "";
    this.#bytes += Buffer.byteLength(text);
    checkReadable(this.#bytes, this.#options.path);
    this.#guard(() => {
      // Blobs first: an entry that is there has its blobs.
      for (const [name, bytes] of blobs ?? []) this.#blobs.write(name, bytes);
      this.#unwritten += text;
      if (this.#unwritten.length >= (this.#options.together ?? 0)) this.#writeOut();
    });
    this.#isEmpty = false;
  }

  /** Puts the new recording in the cassette's place, in one step, be it without entries. */
  commit(): void {
    const { replace, onlyIfNew = false, path, host } = this.#options;
    if (!replace || (onlyIfNew && !this.#hasNew)) return;
    this.flush();
    this.#guard(() => {
      if (this.#isEmpty) this.#file?.append(HEADER);
      this.#isEmpty = false;
      this.#closeFile();
      this.#settle();
      host.files.rename(this.path, path);
      this.#unfinished?.drop();
    });
  }

  /** Gives the new recording what did not change of the one whose place it takes. */
  #settle(): void {
    const { path, host } = this.#options;
    const text = settledRecording(path, this.path, host);
    if (text !== undefined) host.files.write(this.path, text);
  }

  /** Lets go of the file. One that this writer made and wrote nothing to goes away. */
  close(): void {
    const { files } = this.#options.host;
    const isOurs = this.#options.replace || !this.#options.existing;
    try {
      const isOpen = this.#file !== undefined;
      this.#guard(() => this.#closeFile());
      if (isOpen && isOurs && this.#isEmpty) this.#guard(() => files.remove(this.path));
    } finally {
      this.#release?.();
      this.#release = undefined;
    }
  }

  #checkSecrets(fields: EntryFields, blobs: BlobContents | undefined): void {
    const { scanner, path } = this.#options;
    scanner.check(fields, path);
    for (const [name, bytes] of blobs ?? []) {
      scanner.check({ [`blob ${name}`]: Buffer.from(bytes).toString("latin1") }, path);
    }
  }

  /** In one write with the first entry: a header alone, cut short by a crash, is no header. */
  #header(): string {
    const { run } = this.#options;
    return run ? HEADER + writeYaml({ run }) : HEADER;
  }

  #claim(): void {
    if (this.#file) return;
    const { path, host, onWarning } = this.#options;
    this.#guard(() => {
      checkOwnPlace(path, host.files);
      const { release, warning } = this.#options.lock ?? lockCassette(path, host);
      try {
        this.#file = this.#open({ isTakenOver: warning !== undefined });
        this.#release = release;
      } catch (error) {
        release();
        throw error;
      }
      if (warning !== undefined) onWarning?.(warning);
    });
  }

  #open({ isTakenOver }: { readonly isTakenOver: boolean }): AppendFile {
    const { replace, existing, path, host } = this.#options;
    const { files } = host;
    if (!replace || existing) this.#checkUnchanged();
    checkOwnPlace(this.path, files);
    this.#blobs.check();
    if (replace) {
      for (const left of [this.path, `${path}.unfinished`]) checkOwnFile(left, files, isRecording);
      // What a process that was killed had done stays on record until this recording has ended well.
      if (isTakenOver) this.#unfinished ??= new UnfinishedRecording(path, existing, files);
      this.#unfinished?.keep();
      files.remove(this.path);
    }
    const file = files.openAppend(this.path);
    try {
      this.#cutTornTail(file);
      return file;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** Another process may have recorded between the reading of the file and the lock. */
  #checkUnchanged(): void {
    const { path, host, existing } = this.#options;
    if ((host.files.stat(path)?.bytes ?? 0) === (existing?.fileBytes ?? 0)) return;
    throw new LlmDoError({
      code: "cassette-refused",
      verb: "record",
      what: path,
      reason: "another process recorded to it since this run began",
      tries: ["run again: what it recorded is there then"],
    });
  }

  #cutTornTail(file: AppendFile): void {
    const { existing, host, replace } = this.#options;
    if (replace || !existing || existing.tornTail === "") return;
    keepTornTail(this.path, existing.tornTail, host.files);
    file.truncate(existing.wholeBytes);
  }

  #writeOut(): void {
    const text = this.#unwritten;
    this.#unwritten = "";
    if (text !== "") this.#file?.append(text);
  }

  #closeFile(): void {
    const file = this.#file;
    try {
      this.#writeOut();
    } finally {
      this.#file = undefined;
      file?.close();
    }
  }

  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (isLlmDoError(error) && error.code !== "file") throw error;
      const { path } = this.#options;
      throw unrecordable(error, { path, verb: "record", kept: "what was recorded before is kept" });
    }
  }
}

type WriterParts = Pick<SessionState, "rewrites" | "scanner"> & OldRecording;

/** The writer of a session; one that goes on without its file where the options say how. */
export function writerOf(options: CassetteOptions, parts: WriterParts): EntryWriter {
  const { path, host, mode, whole = false, onUnwritable, onWarning, lock } = options;
  const { rewrites, scanner, existing, unfinished } = parts;
  const run = options.run && encodeRun(options.run, resolve(host.cwd, path));
  const writer = new CassetteWriter({
    path,
    host,
    scanner,
    replace: mode === "record" || whole,
    onlyIfNew: mode === "auto",
    existing,
    unfinished,
    onWarning,
    lock,
    run: run && rewrites.request ? rewriteJson(run, rewrites.request) : run,
  });
  return onUnwritable ? new LenientWriter(writer, onUnwritable) : writer;
}
