import { CodedError } from "../errors/llm-do-error.ts";
import { canonicalJson } from "../model/canonical.ts";
import type { Json, JsonObject } from "../model/json.ts";
import type { ApprovalRequest } from "./approval-request.ts";
import { flowYaml } from "./flow-yaml.ts";

/** Characters of an input that a report shows. */
const SHOWN_INPUT = 500;

/** An approval was needed and nobody was there to give it. Its fields are the report's parts. */
export class ApprovalNeeded extends CodedError {
  override readonly name = "ApprovalNeeded";
  declare readonly code: "approval-needed";
  readonly tool: string;
  readonly input: Json;
  /** Names of the functions above the call, the entry first. */
  readonly chain: readonly string[];
  /** The worker's file, which the rule belongs in. */
  readonly file: string;
  /** The smallest front matter that would admit the call; its lists go before those that are there. */
  readonly rule: JsonObject;

  constructor(request: ApprovalRequest) {
    const { tool, input, chain, workerFile, within } = request;
    const config = request.admit ?? { _approval_config: { [tool]: { pre_approved: true } } };
    const rule = within.reduceRight(
      (inner: JsonObject, offering) => ({ [offering]: { toolsets: inner } }),
      {
        [request.toolset]: config,
      },
    );
    const where = hasList(config) ? `${workerFile}, first in its list` : workerFile;
    super({
      code: "approval-needed",
      verb: "call",
      what: tool,
      reason: "it needs approval and nobody is there to give it",
      details: [
        `  asked by: ${chain.join(" > ")}`,
        `  input: ${shorten(canonicalJson(input))}`,
        `  the smallest rule that would admit it, in ${where}:`,
        "    toolsets:",
        ...Object.entries(rule).map(
          ([name, value]) => `      ${flowYaml(name)}: ${flowYaml(value)}`,
        ),
      ],
      tries: ["add that rule, or run with --approve-all to allow every call of this run"],
    });
    this.tool = tool;
    this.input = input;
    this.chain = chain;
    this.file = workerFile;
    this.rule = { toolsets: rule };
  }
}

function hasList(config: JsonObject): boolean {
  return Object.values(config).some((value) => Array.isArray(value));
}

function shorten(text: string): string {
  return text.length <= SHOWN_INPUT ? text : `${text.slice(0, SHOWN_INPUT)}…`;
}
