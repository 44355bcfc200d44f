import { isJsonObject, type Json, type JsonObject } from "../model/json.ts";
import type { Message } from "../model/message.ts";
import type { ModelRequest } from "../model/request.ts";
import { encodeMessage } from "./encode-entry.ts";
import type { Difference } from "./first-difference.ts";

/** Why a recording does not answer a request. */
export type MissCause =
  | "instructions"
  | "tool schema"
  | "model"
  | "settings"
  | "server-side tools"
  | "output schema"
  | "earlier tool output"
  | "earlier answer"
  | "input";

const NO_BYTES = new Uint8Array(0);

/** A request as its entry shows it, with every field in its place whether or not it is empty. */
export function comparable(request: ModelRequest): JsonObject {
  const { model, system, tools, serverTools, settings, outputSchema, messages } = request;
  return {
    model,
    system,
    // JSON by their types.
    tools: tools as unknown as Json,
    serverTools: serverTools as unknown as Json,
    settings: settings as Json,
    outputSchema: outputSchema ?? null,
    messages: messages.map((message) => encodeMessage(withoutBytes(message))),
  };
}

/** A recording has no bytes of attachments; their hash tells whether they are the same. */
function withoutBytes(message: Message): Message {
  if (message.kind === "assistant") return message;
  const content = message.content.map((part) =>
    part.kind === "attachment" ? { ...part, bytes: NO_BYTES } : part,
  );
  return { ...message, content };
}

/** What kind of thing two requests differ in first. */
export function causeOf(
  { path }: Difference,
  asked: ModelRequest,
  recorded: ModelRequest,
): MissCause {
  const [field, index] = path;
  switch (field) {
    case "system":
      return "instructions";
    case "tools":
      return "tool schema";
    case "serverTools":
      return "server-side tools";
    case "outputSchema":
      return "output schema";
    case "model":
    case "settings":
      return field;
    default:
      return messageCause(asked.messages[Number(index)] ?? recorded.messages[Number(index)]);
  }
}

function messageCause(message: Message | undefined): MissCause {
  if (message?.kind === "tool") return "earlier tool output";
  return message?.kind === "assistant" ? "earlier answer" : "input";
}

/** What changed, as the beginning of a sentence: `its instructions`, `the tool "ls"`. */
export function subjectOf(
  cause: MissCause,
  { path }: Difference,
  asked: ModelRequest,
  recorded: ModelRequest,
): string {
  const index = Number(path[1]);
  switch (cause) {
    case "tool schema":
      return toolSubject(path, asked, recorded);
    case "earlier tool output":
      return `the output of ${toolOfMessage(asked, index) ?? "a tool"}`;
    case "earlier answer":
      return "an earlier answer";
    case "input":
      return attachmentSubject(path, asked) ?? (index === 0 ? "its input" : "a later message");
    default:
      return `its ${cause}`;
  }
}

function toolSubject(
  path: Difference["path"],
  asked: ModelRequest,
  recorded: ModelRequest,
): string {
  const tool = recorded.tools[Number(path[1])];
  const isSame = tool !== undefined && asked.tools[Number(path[1])]?.name === tool.name;
  if (!isSame) return "its list of tools";
  const part = path[2] === "description" ? "the description" : "the input schema";
  return `${part} of the tool "${tool.name}"`;
}

/** The name of the tool that a result is of, found by the call that it answers. */
function toolOfMessage(request: ModelRequest, index: number): string | undefined {
  const message = request.messages[index];
  if (message?.kind !== "tool") return undefined;
  for (const earlier of request.messages.slice(0, index).toReversed()) {
    if (earlier.kind !== "assistant") continue;
    const call = earlier.parts.find((part) => part.kind === "tool-call" && part.id === message.id);
    if (call?.kind === "tool-call") return `the tool "${call.name}"`;
  }
  return undefined;
}

function attachmentSubject(path: Difference["path"], asked: ModelRequest): string | undefined {
  if (!isAttachmentHash(path)) return undefined;
  const message = asked.messages[Number(path[1])];
  const part = message?.kind === "user" ? message.content[Number(path[3])] : undefined;
  return part?.kind === "attachment" ? `the content of the attachment "${part.name}"` : undefined;
}

/** Whether a path leads to the hash of an attached file, which says nothing to a person. */
export function isAttachmentHash(path: Difference["path"]): boolean {
  return path[0] === "messages" && path.at(-2) === "attachment" && path.at(-1) === "sha256";
}

/** Which tools came and went, as in `"ls" was added`; undefined when the names are the same. */
export function toolListChange(recorded: ModelRequest, asked: ModelRequest): string | undefined {
  const before = new Set(recorded.tools.map(({ name }) => name));
  const after = new Set(asked.tools.map(({ name }) => name));
  const added = [...after].filter((name) => !before.has(name)).map((name) => `"${name}" was added`);
  const removed = [...before]
    .filter((name) => !after.has(name))
    .map((name) => `"${name}" was removed`);
  const changes = [...added, ...removed];
  return changes.length > 0 ? changes.join(", ") : undefined;
}

/** Fields in which two requests differ beside the first. */
export function otherDifferences(
  recorded: JsonObject,
  asked: JsonObject,
  first: Difference,
  differs: (left: Json | undefined, right: Json | undefined) => boolean,
): readonly string[] {
  return Object.keys(asked).filter(
    (field) => field !== first.path[0] && differs(recorded[field], asked[field]),
  );
}

/** Whether a difference is in a text and not in whether or what kind of thing there is. */
export function isTextual(
  difference: Difference,
): difference is Difference & { readonly recorded: string; readonly asked: string } {
  return typeof difference.recorded === "string" && typeof difference.asked === "string";
}

/** Whether one conversation stops where the other goes on. */
export function endsAt({ path, recorded, asked }: Difference): "recorded" | "asked" | undefined {
  if (path[0] !== "messages" || path.length !== 2) return undefined;
  if (recorded === undefined && isJsonObject(asked)) return "recorded";
  return asked === undefined && isJsonObject(recorded) ? "asked" : undefined;
}
