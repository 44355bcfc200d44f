/** Markup that is safe to put into a page: only {@link html} makes it of anything but constants. */
export class Html {
  readonly markup: string;

  /** @param markup written by us, never by a person, a model or a tool */
  constructor(markup: string) {
    this.markup = markup;
  }
}

/** What may stand in a template: texts are escaped, `undefined` and `false` are nothing. */
export type HtmlValue = string | number | Html | undefined | false | readonly HtmlValue[];

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

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
  return escaped(String(value));
}

/** Control characters but tab and line feed: a page must not hold them, or shows nothing there. */
const CONTROLS = /(?![\t\n])\p{Cc}/gu;

function escaped(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "")
    .replace(CONTROLS, (character) => symbolOf(character.codePointAt(0) ?? 0));
}

/** Unicode has pictures of the oldest control characters; those since have none. */
const PICTURES = 0x2400;
const SPACE = 0x20;
const DELETE = 0x7f;
const PICTURE_OF_DELETE = 0x2421;

function symbolOf(code: number): string {
  if (code < SPACE) return String.fromCodePoint(PICTURES + code);
  return code === DELETE ? String.fromCodePoint(PICTURE_OF_DELETE) : "\ufffd";
}
