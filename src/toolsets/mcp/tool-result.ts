import { canonicalJson } from "../../model/canonical.ts";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";

/**
 * What a model is told of a server's answer to a call: its texts and its structured content. Servers
 * write the same into both, so a text that is the JSON of the structured content is told once.
 * Images and the like are described.
 *
 * @throws Error with the same, where the server says that the call failed
 */
export function readToolResult(answer: JsonObject): Json {
  const told = toldOf(answer);
  if (answer["isError"] === true || answer["isError"] === "true") {
    const text = typeof told === "string" ? told : JSON.stringify(told ?? "");
    throw new Error(saysNothing(text) ? "the server says that the call failed" : text);
  }
  if (told === undefined) throw new Error("the server's answer is no result of a tool");
  return told;
}

/** A text, or the structured content where that is all; undefined where there is neither. */
function toldOf({ content, structuredContent: structured = null }: JsonObject): Json | undefined {
  const parts = contentParts(content)?.map(readPart);
  const text = parts?.map((part) => part.text).join("\n");
  if (structured === null) return text;
  const said = parts?.filter((part) => part.text.trim() !== "") ?? [];
  if (said.length === 0) return structured;
  const others = said.filter((part) => !part.isText || !saysJson(part.text, structured));
  if (others.length === 0) return structured;
  const isTold = others.length < said.length || saysNothing(JSON.stringify(structured));
  return isTold ? text : `${text}\n${JSON.stringify(structured)}`;
}

/** The parts of a content, which some servers give as a text or as one part. */
export function contentParts(content: Json | undefined): readonly Json[] | undefined {
  if (Array.isArray(content)) return content as readonly Json[];
  return typeof content === "string" || isJsonObject(content) ? [content] : undefined;
}

/** An empty value does not hide a text that says something. */
function saysNothing(text: string): boolean {
  return ["", "{}", "[]", '""'].includes(text.trim());
}

function saysJson(text: string, value: Json): boolean {
  try {
    return canonicalJson(JSON.parse(text)) === canonicalJson(value);
  } catch {
    return false;
  }
}

interface ReadPart {
  readonly text: string;
  readonly isText: boolean;
}

/** One part of a server's content, for a model that reads texts. */
export function readPart(part: Json): ReadPart {
  if (typeof part === "string") return { text: part, isText: true };
  if (!isJsonObject(part)) return { text: "[something unknown]", isText: false };
  if (part["type"] === "text") return { text: String(part["text"] ?? ""), isText: true };
  return { text: describedPart(part), isText: false };
}

function describedPart(part: JsonObject): string {
  switch (part["type"]) {
    case "image":
    case "audio":
      return `[${part["type"]}: ${mediaTypeOf(part)}, ${bytesOf(part["data"])} bytes]`;
    case "resource":
      return isJsonObject(part["resource"]) ? resourceText(part["resource"]) : "[resource]";
    case "resource_link":
      return `[link to ${partName(part)}: ${String(part["uri"] ?? "")}, ${mediaTypeOf(part)}]`;
    default:
      return `[${String(part["type"] ?? "something unknown")}]`;
  }
}

/** The text of a resource; bytes are described. */
export function resourceText(resource: JsonObject): string {
  if (typeof resource["text"] === "string") return resource["text"];
  const size = bytesOf(resource["blob"]);
  return `[resource ${partName(resource)}: ${mediaTypeOf(resource)}, ${size} bytes]`;
}

function partName(part: JsonObject): string {
  return String(part["name"] ?? part["uri"] ?? "without a name");
}

function mediaTypeOf(part: JsonObject): string {
  return String(part["mimeType"] ?? "unknown type");
}

function bytesOf(base64: Json | undefined): number {
  return typeof base64 === "string" ? Buffer.byteLength(base64, "base64") : 0;
}
