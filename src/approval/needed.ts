import { LlmDoError } from "../errors/llm-do-error.ts";
import { canonicalJson } from "../model/canonical.ts";
import type { ApprovalRequest } from "./approval-request.ts";

/** Characters of an input that a report shows. */
const SHOWN_INPUT = 500;

/** Thrown when an approval was needed and nobody was there to give it. */
export function approvalNeeded(request: ApprovalRequest): LlmDoError {
  return new LlmDoError({
    code: "approval-needed",
    verb: "call",
    what: request.tool,
    reason: "it needs approval and nobody is there to give it",
    details: [
      `  asked by: ${request.chain.join(" > ")}`,
      `  input: ${shorten(canonicalJson(request.input))}`,
      `  the smallest rule that would admit it, in ${request.workerFile}:`,
      "    toolsets:",
      `      ${yamlKey(request.toolset)}: { _approval_config: { ${request.tool}: { pre_approved: true } } }`,
    ],
    tries: ["add that rule, or run with --approve-all to allow every call of this run"],
  });
}

/** References such as `pkg#export` need quotes in YAML. */
function yamlKey(name: string): string {
  return /^[A-Za-z_][\w-]*$/.test(name) ? name : JSON.stringify(name);
}

function shorten(text: string): string {
  return text.length <= SHOWN_INPUT ? text : `${text.slice(0, SHOWN_INPUT)}…`;
}
