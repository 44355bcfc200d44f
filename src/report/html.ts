const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Control characters, and what would turn the direction of a text around. */
const UNSEEN = /(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu;

/** A text as HTML shows it, in an element or a quoted attribute; what nobody would see is escaped. */
export function escapeHtml(text: string): string {
  return text
    .replace(UNSEEN, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
    .replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

/** Markup that is safe to put into a page: only {@link html} makes it of anything but constants. */
export class Html {
  readonly markup: string;

  /** @param markup written by us, never by a person, a model or a tool */
  constructor(markup: string) {
    this.markup = markup;
  }
}

/** What may stand in a template: texts are escaped, `undefined` and `false` are nothing. */
type HtmlValue = string | number | Html | undefined | false | readonly HtmlValue[];

/**
 * Makes markup of a template. Values are text, wherever they come from, also in quoted attributes.
 *
 * @example
 * html`<b>${"<script>"}</b>`.markup; // "<b>&lt;script&gt;</b>"
 */
export function html(template: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let markup = template[0] ?? "";
  for (const [index, value] of values.entries()) {
    markup += markupOf(value) + (template[index + 1] ?? "");
  }
  return new Html(markup);
}

function markupOf(value: HtmlValue): string {
  if (value === undefined || value === false) return "";
  if (value instanceof Html) return value.markup;
  if (typeof value === "object") return value.map(markupOf).join("");
  return escapeHtml(String(value).replaceAll("\r\n", "\n"));
}
