import { CodedError } from "../errors/llm-do-error.ts";
import { canonicalJson } from "../model/canonical.ts";
import type { Json, JsonObject } from "../model/json.ts";
import { type ApprovalRequest, TOOL_CHANGED, type ToolChange } from "./approval-request.ts";
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
  /**
   * The smallest front matter that would admit the call; its lists go before those that are there.
   * Empty for a tool that its server changed, which no rule admits.
   */
  readonly rule: JsonObject;

  constructor(request: ApprovalRequest) {
    const { tool, input, chain, workerFile, within, change } = request;
    const config = request.admit ?? { _approval_config: { [tool]: { pre_approved: true } } };
    const rule = within.reduceRight(
      (inner: JsonObject, offering) => ({ [offering]: { toolsets: inner } }),
      {
        [request.toolset]: config,
      },
    );
    const where = hasList(config) ? `${workerFile}, first in its list` : workerFile;
    const asked = [`  asked by: ${chain.join(" > ")}`, `  input: ${shorten(canonicalJson(input))}`];
    const ruled = [
      `  the smallest rule that would admit it, in ${where}:`,
      "    toolsets:",
      ...Object.entries(rule).map(([name, value]) => `      ${flowYaml(name)}: ${flowYaml(value)}`),
    ];
    super({
      code: "approval-needed",
      verb: "call",
      what: tool,
      reason: `${change ? `${TOOL_CHANGED}, so ` : ""}it needs approval and nobody is there to give it`,
      details: [...asked, ...(change ? changeLines(change) : ruled)],
      tries: change
        ? ACCEPT_CHANGE
        : ["add that rule, or run with --approve-all to allow every call of this run"],
    });
    this.tool = tool;
    this.input = input;
    this.chain = chain;
    this.file = workerFile;
    this.rule = change ? {} : { toolsets: rule };
  }
}

/** No rule admits a changed tool: somebody has to look at it. */
const ACCEPT_CHANGE = [
  "run it in a terminal without --headless, and answer the question",
  "or remove the tool's entry below mcp in llm-do.lock.yaml, and run it again",
  "or run with --approve-all to allow every call of this run",
];

function changeLines({ lines }: ToolChange): readonly string[] {
  return ["  what it changed:", ...lines.map((line) => `    ${line}`)];
}

function hasList(config: JsonObject): boolean {
  return Object.values(config).some((value) => Array.isArray(value));
}

function shorten(text: string): string {
  return text.length <= SHOWN_INPUT ? text : `${text.slice(0, SHOWN_INPUT)}…`;
}
