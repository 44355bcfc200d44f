import { type LlmDoError, wrongFlag } from "../errors/llm-do-error.ts";
import { nearest } from "../words/nearest.ts";
import { readAttachmentUrl } from "./attachment-url.ts";
import { isJsonObject, type Json } from "./json.ts";
import {
  type AnswerPart,
  bytesAttachment,
  type ContentPart,
  type Message,
  type ProviderExtra,
  type ToolCallPart,
} from "./message.ts";

/**
 * Reads a conversation that came from outside: messages of a report, also as `JSON.parse` gives them,
 * with files in base64. What comes out shares nothing with what came in.
 *
 * @throws LlmDoError `usage` with the path of what is wrong, as in `messages[3].parts[0]`
 */
export function readMessages(value: unknown): readonly Message[] {
  const messages = listAt(value, "messages").map((item, index) =>
    readMessage(fieldsAt(item, `messages[${index}]`)),
  );
  checkPairs(messages);
  return messages;
}

/** An object that came from outside, and the path that leads to it. */
class Fields {
  readonly path: string;
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(path: string, fields: Readonly<Record<string, unknown>>) {
    this.path = path;
    this.#fields = fields;
  }

  /** The path of a field. */
  at(name: string): string {
    return `${this.path}.${name}`;
  }

  get(name: string): unknown {
    return Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined;
  }

  text(name: string): string {
    const value = this.get(name);
    if (typeof value === "string") return value;
    throw wrong(this.at(name), `it must be a text, and is ${shown(value)}`);
  }

  optionalText<Name extends string>(name: Name): { readonly [Key in Name]?: string } {
    if (this.get(name) === undefined) return {};
    // A computed name widens the type that the literal has.
    return { [name]: this.text(name) } as { readonly [Key in Name]?: string };
  }

  list(name: string): readonly Fields[] {
    return listAt(this.get(name), this.at(name)).map((item, index) =>
      fieldsAt(item, `${this.at(name)}[${index}]`),
    );
  }

  /** Which of some kinds it says that it is. Refuses fields that this kind does not have. */
  kind<Kind extends string>(fieldsOf: Readonly<Record<Kind, readonly string[]>>): Kind {
    const kind = this.get("kind");
    const kinds = Object.keys(fieldsOf) as Kind[]; // its own keys
    const found = kinds.find((name) => name === kind);
    if (found === undefined) {
      const names = kinds.map((name) => JSON.stringify(name)).join(", ");
      throw wrong(this.at("kind"), `it must be one of ${names}, and is ${shown(kind)}`);
    }
    this.#checkNames(["kind", ...fieldsOf[found]]);
    return found;
  }

  #checkNames(known: readonly string[]): void {
    for (const name of Object.keys(this.#fields)) {
      if (known.includes(name) || this.#fields[name] === undefined) continue;
      const near = nearest(name, known);
      const meant = near === undefined ? "" : `; did you mean "${near}"?`;
      throw wrong(this.at(name), `there is no such field${meant} (known: ${known.join(", ")})`);
    }
  }
}

function readMessage(fields: Fields): Message {
  const kind = fields.kind({
    user: ["content"],
    assistant: ["parts", "model"],
    tool: ["id", "name", "content", "isError"],
  });
  switch (kind) {
    case "user":
      return { kind, content: fields.list("content").map(readContent) };
    case "assistant":
      return { kind, parts: fields.list("parts").map(readPart), ...fields.optionalText("model") };
    case "tool": {
      const [id, name] = [fields.text("id"), fields.text("name")];
      const content = fields.list("content").map(readContent);
      const isError = fields.get("isError") ?? false;
      if (typeof isError === "boolean") return { kind, id, name, content, isError };
      throw wrong(fields.at("isError"), `it must be true or false, and is ${shown(isError)}`);
    }
    default:
      return kind satisfies never;
  }
}

function readContent(fields: Fields): ContentPart {
  const kind = fields.kind({
    text: ["text"],
    attachment: ["name", "mediaType", "sha256", "bytes"],
    "attachment-url": ["mediaType", "url"],
  });
  switch (kind) {
    case "text":
      return { kind, text: fields.text("text") };
    case "attachment-url":
      return { kind, mediaType: fields.text("mediaType"), url: readUrl(fields) };
    case "attachment": {
      const bytes = readBytes(fields);
      const file = bytesAttachment(fields.text("name"), fields.text("mediaType"), bytes);
      const { sha256 = file.sha256 } = fields.optionalText("sha256");
      if (sha256 === file.sha256) return file;
      throw wrong(fields.at("sha256"), "it is not the hash of the file's bytes");
    }
    default:
      return kind satisfies never;
  }
}

/** The provider fetches it, as one of the input: see {@link readAttachmentUrl}. */
function readUrl(fields: Fields): string {
  const value = fields.get("url");
  const given = value instanceof URL ? value : fields.text("url");
  const read = readAttachmentUrl(given);
  if (read.kind === "known") return String(given); // unchanged: it stands in the key
  const tries = read.isNamedByText
    ? ["if your own code names it and not who wrote the messages: new URL(...) in its place"]
    : ["take the message out, or attach the file's content in its place"];
  throw wrongFlag(fields.at("url"), read.reason, tries);
}

/** Base64, with or without padding. */
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

function readBytes(fields: Fields): Uint8Array {
  const bytes = fields.get("bytes");
  if (bytes instanceof Uint8Array) return bytes.slice();
  if (typeof bytes === "string" && BASE64.test(bytes)) return Buffer.from(bytes, "base64");
  const given = typeof bytes === "string" ? "another text" : shown(bytes);
  throw wrong(fields.at("bytes"), `it must be base64 or a Uint8Array, and is ${given}`);
}

function readPart(fields: Fields): AnswerPart {
  const kind = fields.kind({
    text: ["text", "extra"],
    thinking: ["text", "extra"],
    "tool-call": ["id", "name", "input", "invalidInput", "refusal", "extra"],
    opaque: ["extra"],
  });
  switch (kind) {
    case "text":
    case "thinking":
      return { kind, text: fields.text("text"), ...optionalExtra(fields) };
    case "opaque":
      return { kind, extra: readExtra(fields) };
    case "tool-call":
      return {
        kind,
        id: fields.text("id"),
        name: fields.text("name"),
        input: jsonAt(fields, "input"),
        ...fields.optionalText("invalidInput"),
        ...fields.optionalText("refusal"),
        ...optionalExtra(fields),
      };
    default:
      return kind satisfies never;
  }
}

function optionalExtra(fields: Fields): { readonly extra?: ProviderExtra } {
  return fields.get("extra") === undefined ? {} : { extra: readExtra(fields) };
}

function readExtra(fields: Fields): ProviderExtra {
  const extra = fieldsAt(fields.get("extra"), fields.at("extra"));
  return { wire: extra.text("wire"), data: jsonAt(extra, "data") };
}

/** A copy of a field that may hold any JSON. */
function jsonAt(fields: Fields, name: string): Json {
  const value = fields.get(name);
  try {
    const text = JSON.stringify(value);
    if (text !== undefined) return JSON.parse(text) as Json; // what was parsed is JSON
  } catch {
    // Said below.
  }
  throw wrong(fields.at(name), `it must be JSON, and is ${shown(value)}`);
}

/** @throws LlmDoError where a call has no result, or a result no call */
function checkPairs(messages: readonly Message[]): void {
  const open = new Map<string, { readonly path: string; readonly part: ToolCallPart }>();
  for (const [index, message] of messages.entries()) {
    if (message.kind === "tool") {
      if (open.delete(message.id)) continue;
      const what = `the result "${message.id}" of ${message.name} answers no call before it`;
      throw wrong(`messages[${index}]`, what);
    }
    checkAnswered(open);
    if (message.kind === "user") continue;
    for (const [at, part] of message.parts.entries()) {
      if (part.kind !== "tool-call") continue;
      const path = `messages[${index}].parts[${at}]`;
      if (open.has(part.id)) throw wrong(path, `two calls have the id "${part.id}"`);
      open.set(part.id, { path, part });
    }
  }
  checkAnswered(open);
}

function checkAnswered(open: ReadonlyMap<string, { path: string; part: ToolCallPart }>): void {
  const [call] = open.values();
  if (!call) return;
  const { path, part } = call;
  throw wrong(path, `the call "${part.id}" of ${part.name} has no result behind it`);
}

function listAt(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value)) return Array.from(value); // a hole in it is a missing item
  throw wrong(path, `it must be a list, and is ${shown(value)}`);
}

function fieldsAt(value: unknown, path: string): Fields {
  if (isJsonObject(value)) return new Fields(path, value as Readonly<Record<string, unknown>>);
  throw wrong(path, `it must be an object, and is ${shown(value)}`);
}

/** Names what a value is, without showing what it holds. */
function shown(value: unknown): string {
  if (value === null || value === undefined) return value === null ? "null" : "missing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return value.length > 40 ? "another text" : JSON.stringify(value);
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function wrong(path: string, reason: string): LlmDoError {
  return wrongFlag(path, reason, [
    "pass the messages of a report, as they are or through JSON.stringify and JSON.parse",
  ]);
}
