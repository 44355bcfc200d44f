import type { Attachment } from "../../model/attachment.ts";
import { isJsonObject } from "../../model/json.ts";
import type { AnswerPart } from "../../model/message.ts";
import type { WireRules } from "../wire/wire-rules.ts";
import { ownData } from "./extra.ts";
import type { ServerSwitches } from "./server-switches.ts";

/** What a server of Chat Completions takes of a request. */
export function rulesFor({ callIds, strictRoles }: ServerSwitches): WireRules {
  return {
    wire: "openai-chat",
    callIds,
    userFirst: false,
    joinsNeighbours: false,
    thinkingLeads: false,
    answerAfterResults: strictRoles,
    takesInResult: isText,
    ownPart: (part) => (strictRoles ? asContent(part) : ownPart(part)),
    goesAlong,
    lastAnswer: () => (strictRoles ? "is-answered" : "stays"),
  };
}

/** A tool's message holds text only. */
function isText(file: Attachment): boolean {
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
