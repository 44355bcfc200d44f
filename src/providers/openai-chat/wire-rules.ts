import { isJsonObject } from "../../model/json.ts";
import type { AnswerPart, Attachment } from "../../model/message.ts";
import type { CallIdRule } from "../wire/call-ids.ts";
import { chatSchemaRules } from "../wire/schema/schema-rules.ts";
import type { ServerSwitches } from "../wire/server-switches.ts";
import { extrasOf, type WireRules } from "../wire/wire-rules.ts";

export const { extraOf, ownData } = extrasOf("openai-chat");

/** Ids that servers take; their own may hold more than a name, so they are kept where they can be. */
const CALL_IDS: Readonly<Record<ServerSwitches["callIds"], CallIdRule>> = {
  any: { alphabet: "any" },
  "40-characters": { alphabet: "any", maxCharacters: 40 },
  "9-alphanumeric": { alphabet: "alphanumeric", exactCharacters: 9 },
};

/** What a server of Chat Completions takes of a request. */
export function rulesFor(switches: ServerSwitches): WireRules {
  const { callIds, strictRoles, reasoningEcho, schemas } = switches;
  return {
    wire: "openai-chat",
    schemas: chatSchemaRules(schemas),
    callIds: CALL_IDS[callIds],
    takesReasoning: reasoningEcho !== "never",
    userFirst: false,
    joinsNeighbours: false,
    thinkingLeads: false,
    answerAfterResults: strictRoles,
    takesInResult: isTextFile,
    ownPart: (part) => (strictRoles ? asContent(part) : ownPart(part)),
    goesAlong,
    lastAnswer: () => (strictRoles ? "is-answered" : "stays"),
  };
}

/** A tool's message holds text only. */
function isTextFile(file: Attachment): boolean {
  return file.kind === "attachment" && file.mediaType.startsWith("text/");
}

function ownPart(part: AnswerPart): AnswerPart | undefined {
  if (part.kind !== "opaque") return part;
  const own = ownData(part.extra);
  return isJsonObject(own?.block) || isJsonObject(own?.fields) ? part : undefined;
}

/** A refusal has a field of its own, which such a server would not count as content. */
function asContent(part: AnswerPart): AnswerPart | undefined {
  return part.kind === "text" ? { kind: "text", text: part.text } : ownPart(part);
}

/** Thinking and fields beside the content make no message. */
function goesAlong(part: AnswerPart): boolean {
  if (part.kind !== "opaque") return part.kind === "thinking";
  return !isJsonObject(ownData(part.extra)?.block);
}
