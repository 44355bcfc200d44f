import type { Json } from "../model/json.ts";

/** Text that no YAML reader takes for anything but itself, inside of brackets too. */
const PLAIN = /^[A-Za-z_][\w./-]*(?: [\w./-]+)*$/;

/** What YAML 1.1 or 1.2 reads as no text. */
const KEYWORD = /^(?:true|false|yes|no|on|off|y|n|null)$/i;

/** What a terminal would not show as it is, or as a blank that is no space. */
const UNPRINTABLE = /(?! )[\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** A value as YAML on one line, to be shown to a person and pasted into a file. */
export function flowYaml(value: Json): string {
  if (typeof value === "string") return flowText(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => flowYaml(item)).join(", ")}]`;
  const fields = Object.entries(value).map(
    ([key, field]) => `${flowText(key)}: ${flowYaml(field)}`,
  );
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}

function flowText(text: string): string {
  if (PLAIN.test(text) && !KEYWORD.test(text)) return text;
  return JSON.stringify(text).replace(UNPRINTABLE, escaped);
}

/** YAML has `\u` with four digits and `\U` with eight. */
function escaped(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  return hex.length <= 4 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}
