import { createHash } from "node:crypto";
import { Html, html } from "../../html/html.ts";
import { PAGE_SCRIPT } from "./page-script.ts";
import { PAGE_STYLE } from "./page-style.ts";

/** The page may run this script and load nothing, whatever it shows. */
const POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  `script-src 'sha256-${createHash("sha256").update(PAGE_SCRIPT).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** A whole page that needs nothing else, around what it shows. */
export function pageFrame({
  title,
  body,
}: {
  readonly title: string;
  readonly body: Html;
}): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Html(PAGE_STYLE)}</style>
</head>
<body>
${body}
<script>${new Html(PAGE_SCRIPT)}</script>
</body>
</html>
`;
  return page.markup;
}
