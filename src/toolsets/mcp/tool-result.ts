import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";

/**
 * What a model is told of a server's answer to a call: its structured content, else its texts.
 * Images and the like are described.
 *
 * @throws Error with the texts, where the server says that the call failed
 */
export function readToolResult(answer: JsonObject): Json {
  const { content, structuredContent, isError } = answer;
  const parts = Array.isArray(content) ? content.map(readPart) : undefined;
  const text = parts?.map((part) => part.text).join("\n");
  if (isError === true) throw new Error(text || "the server says that the call failed");
  if (isJsonObject(structuredContent)) {
    const others = parts?.filter((part) => !part.isText) ?? [];
    if (others.length === 0) return structuredContent;
    return [JSON.stringify(structuredContent), ...others.map((part) => part.text)].join("\n");
  }
  if (text === undefined) throw new Error("the server's answer is no result of a tool");
  return text;
}

interface ReadPart {
  readonly text: string;
  readonly isText: boolean;
}

function readPart(part: Json): ReadPart {
  if (!isJsonObject(part)) return { text: "[something unknown]", isText: false };
  if (part["type"] === "text") return { text: String(part["text"] ?? ""), isText: true };
  return { text: describe(part), isText: false };
}

function describe(part: JsonObject): string {
  switch (part["type"]) {
    case "image":
    case "audio":
      return `[${part["type"]}: ${mediaTypeOf(part)}, ${bytesOf(part["data"])} bytes]`;
    case "resource":
      return isJsonObject(part["resource"]) ? resourceText(part["resource"]) : "[resource]";
    case "resource_link":
      return `[link to ${nameOf(part)}: ${String(part["uri"] ?? "")}, ${mediaTypeOf(part)}]`;
    default:
      return `[${String(part["type"] ?? "something unknown")}]`;
  }
}

function resourceText(resource: JsonObject): string {
  if (typeof resource["text"] === "string") return resource["text"];
  const size = bytesOf(resource["blob"]);
  return `[resource ${nameOf(resource)}: ${mediaTypeOf(resource)}, ${size} bytes]`;
}

function nameOf(part: JsonObject): string {
  return String(part["name"] ?? part["uri"] ?? "without a name");
}

function mediaTypeOf(part: JsonObject): string {
  return String(part["mimeType"] ?? "unknown type");
}

function bytesOf(base64: Json | undefined): number {
  return typeof base64 === "string" ? Buffer.byteLength(base64, "base64") : 0;
}
