import { escapeHtml } from "./escape-html.ts";

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
