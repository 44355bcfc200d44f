import { CassetteFile } from "../../cassette/file/cassette-file.ts";
import { encodeHead, encodeMessages, entryText } from "../../cassette/file/encode-entry.ts";
import type { EntryFields } from "../../cassette/file/format.ts";
import { RequestRewriter } from "../../cassette/rules/rewrite-request.ts";
import { type CassetteRules, rewritesOf } from "../../cassette/rules/rules.ts";
import { SecretScanner } from "../../cassette/secrets/secret-scanner.ts";
import { CassetteWriter } from "../../cassette/session/writer.ts";
import type { Host } from "../../host/host.ts";
import type { Json } from "../../model/json.ts";
import { RequestKeyer } from "../../model/key.ts";
import type { ModelRequest } from "../../model/request.ts";
import type { TrafficCall } from "./traffic.ts";

/** A cassette of more is hard to read and to review; what comes on top goes into another one. */
const MOST_CHARACTERS = 64 * 1024 ** 2;

/** Characters: what an import that is cut short loses is imported by the next one. */
const TOGETHER = 64 * 1024;

/** What an entry holds beside its texts. */
const ENTRY_CHARACTERS = 300;

interface CassettesOptions {
  /** Path of the first one, absolute. */
  readonly path: string;
  readonly worker: string;
  readonly rules: CassetteRules;
  readonly host: Host;
}

/** The cassettes that calls are imported to, each as large as can be read well. */
export class ImportedCassettes {
  readonly #options: CassettesOptions;
  readonly #ids = new Set<string>();
  readonly #rewriter: RequestRewriter;
  readonly #redact: (text: string) => string;
  readonly #scanner: SecretScanner;
  readonly #keyer = new RequestKeyer();
  readonly #written: string[] = [];
  #number = 1;
  /** In the cassette that grows. */
  #characters = 0;
  #writer: CassetteWriter | undefined;
  #head: { readonly fields: EntryFields; readonly characters: number } | undefined;

  /** @throws LlmDoError for a cassette that is there and cannot be read */
  constructor(options: CassettesOptions) {
    this.#options = options;
    const { rules, host } = options;
    const rewrites = rewritesOf(rules);
    this.#rewriter = new RequestRewriter(rewrites);
    this.#redact = rewrites.redact ?? ((text) => text);
    this.#scanner = new SecretScanner(host.env, rules.allow);
    this.#readIds();
  }

  /** The cassettes that something was written to. */
  get written(): readonly string[] {
    return this.#written;
  }

  has({ id }: TrafficCall): boolean {
    return this.#ids.has(id);
  }

  /** @throws LlmDoError `cassette-refused` for a call that holds a secret */
  add(call: TrafficCall, asked: ModelRequest, text: string): void {
    const request = this.#rewriter.request(asked);
    this.#ids.add(call.id);
    const { fields: head, characters } = this.#headOf(request);
    const response = [{ text: this.#redact(text) }];
    // Hashes and a name of the project, which hold no secret: nothing to search in every call.
    const named = {
      exchange: this.#keyer.key(request),
      call: `${CALL_PREFIX}${call.id}/${this.#options.worker}`,
      source: "imported",
    };
    const fields: EntryFields = {
      ...named,
      ...head,
      messages: encodeMessages(request.messages, (data) => data),
      response,
      stop: "end",
      usage: call.usage as unknown as Json, // numbers by its type
      timing: { firstMs: call.totalMs, totalMs: call.totalMs },
    };
    const length = characters + JSON.stringify([fields["messages"], response]).length;
    this.#writerFor(length + ENTRY_CHARACTERS).append(fields, undefined, { ...head, ...named });
  }

  close(): void {
    this.#writer?.close();
    this.#writer = undefined;
  }

  /** The same for all calls, and searched for secrets once. */
  #headOf(request: ModelRequest) {
    if (!this.#head) {
      const fields = encodeHead(request);
      this.#head = { fields, characters: entryText(fields).length };
    }
    return this.#head;
  }

  #writerFor(characters: number): CassetteWriter {
    if (this.#characters > 0 && this.#characters + characters > MOST_CHARACTERS) {
      this.close();
      this.#number++;
      this.#characters = 0;
    }
    this.#characters += characters;
    this.#writer ??= this.#open();
    return this.#writer;
  }

  #open(): CassetteWriter {
    const { host } = this.#options;
    const path = this.#path(this.#number);
    const existing = host.files.stat(path) ? CassetteFile.read(path, host.files) : undefined;
    const scanner = this.#scanner;
    const options = { path, host, scanner, replace: false, existing, together: TOGETHER };
    const writer = new CassetteWriter(options);
    if (this.#head) writer.prepare(this.#head.fields);
    this.#written.push(path);
    return writer;
  }

  #path(number: number): string {
    const { path } = this.#options;
    return number === 1 ? path : path.replace(/(\.ya?ml)?$/, `-${number}$1`);
  }

  /** Reads what was imported before; the last cassette grows. */
  #readIds(): void {
    const { files } = this.#options.host;
    for (let number = 1; files.stat(this.#path(number)); number++) {
      const file = CassetteFile.read(this.#path(number), files);
      for (const slice of file.slices) {
        const id = CALL_ID.exec(file.peek(slice, "call") ?? "")?.[1];
        if (id !== undefined) this.#ids.add(id);
      }
      this.#number = number;
      this.#characters = file.text.length;
    }
  }
}

/** Calls are named by their ids, so that the same call is known when it is imported again. */
const CALL_PREFIX = "imported-";

const CALL_ID = /^imported-([0-9a-f]+)\//;
