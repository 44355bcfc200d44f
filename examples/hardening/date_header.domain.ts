import { domain, listedTemplates } from "llm-do";
import { type Input, inputSchema, type Output } from "./date_header.ts";
import templates from "./hardening/date_header/templates.json" with { type: "json" };

const listed = listedTemplates<Input, Output>(templates, inputSchema);

/** The tool may answer for inputs with a template that is listed there. For others the prompt is asked. */
export const date_header_domain = domain<Input, Output>({
  ...listed,
  // Add here what must hold of an answer.
  check: (input, output) => listed.check(input, output),
});
