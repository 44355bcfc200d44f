import { isJsonObject, type Json } from "../../../model/json.ts";
import { ProviderError } from "../../provider-error.ts";
import type { ForeignBody } from "../client/read-response.ts";
import type { Reading, Wire } from "../wire.ts";
import { isHtml, oneLine, pageTitle } from "./error-body.ts";
import { withoutSecrets } from "./secrets.ts";

type SpokenWire = Pick<Wire, "protocol" | "foreignTries">;

/** How many field names of a foreign answer are shown. */
const SHOWN_FIELDS = 6;

/** How much of a foreign text is shown. */
const SHOWN_CHARACTERS = 80;

/** The error for a response that is neither events nor JSON, such as the page of a proxy. */
export function foreignBody(wire: SpokenWire, reading: Reading, seen: ForeignBody): ProviderError {
  const { mediaType } = seen;
  const text = withoutSecrets(reading.config, seen.text); // before it is shortened
  const title = pageTitle(text);
  const isPage = title !== undefined || mediaType === "text/html" || isHtml(text);
  if (!isPage) {
    return foreignProtocol(wire, reading, `${mediaType || "text"}${beginningOf(text)}`);
  }
  const named = title === undefined ? "" : ` with the title "${title}"`;
  return foreignProtocol(wire, reading, `a page (${mediaType || "text"})${named}`, [
    "open the base URL in a browser: the page may ask you to sign in",
  ]);
}

/** The error for JSON of another protocol, such as Ollama's or Gemini's own. */
export function foreignDocument(wire: SpokenWire, reading: Reading, seen: Json): ProviderError {
  return foreignProtocol(wire, reading, jsonShown(seen));
}

function foreignProtocol(
  { protocol, foreignTries }: SpokenWire,
  reading: Reading,
  seen: string,
  tries: readonly string[] = [],
): ProviderError {
  const { config, model } = reading;
  return new ProviderError({
    what: model,
    reason: withoutSecrets(config, `the server does not speak ${protocol}: it sent ${seen}`),
    type: "foreign_protocol",
    retryable: false,
    tries: [
      ...tries,
      ...foreignTries(reading),
      "check that the provider in the model's name is the one that the server belongs to",
    ],
  });
}

function beginningOf(text: string): string {
  const line = oneLine(text) ?? "";
  const more = line.length > SHOWN_CHARACTERS ? "..." : "";
  return line === "" ? "" : `: ${line.slice(0, SHOWN_CHARACTERS)}${more}`;
}

function jsonShown(seen: Json): string {
  if (!isJsonObject(seen)) return "JSON that is not an object";
  const names = Object.keys(seen);
  if (names.length === 0) return "an empty JSON object";
  const more = names.length > SHOWN_FIELDS ? ", ..." : "";
  return `JSON with the fields ${names.slice(0, SHOWN_FIELDS).join(", ")}${more}`;
}
