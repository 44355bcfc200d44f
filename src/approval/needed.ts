import type { ApprovalNeededFields } from "../errors/codes.ts";
import { type Advice, CodedError } from "../errors/llm-do-error.ts";
import { maskAddresses } from "../errors/masked-addresses.ts";
import { canonicalJson } from "../model/canonical.ts";
import { isJsonObject, type Json, type JsonObject } from "../model/json.ts";
import {
  type Admission,
  type ApprovalRequest,
  TOOL_CHANGED,
  type ToolChange,
} from "./approval-request.ts";

/** Characters of an input that a report shows. */
const SHOWN_INPUT = 500;

/** An approval was needed and nobody was there to give it. Its fields are the parts of the report. */
export class ApprovalNeeded extends CodedError {
  override readonly name = "ApprovalNeeded";
  declare readonly code: "approval-needed";
  declare readonly rule: ApprovalNeededFields["rule"];

  constructor(request: ApprovalRequest) {
    const { tool, input, chain, workerFile, change } = request;
    const wider = change ? undefined : request.wider;
    const asked = [`  asked by: ${chain.join(" > ")}`, `  input: ${shorten(canonicalJson(input))}`];
    super({
      code: "approval-needed",
      verb: "call",
      what: tool,
      reason: `${change ? `${TOOL_CHANGED}, so ` : ""}it needs approval and nobody is there to give it`,
      details: [...asked, ...(change ? changeLines(change) : ruleLines(request))],
      tries: change ? ACCEPT_CHANGE : [ADD_RULE],
      tool,
      input,
      chain,
      file: workerFile,
      rule: change ? {} : placed(request, smallest(request).config),
      ...(wider ? { widerRule: placed(request, wider.config) } : {}),
    });
  }
}

/** The smallest configuration that allows the call, and what it allows. */
function smallest({ tool, admit, admits }: ApprovalRequest): Admission {
  if (admit) return { config: admit, admits: admits ?? `this call, and maybe others of ${tool}` };
  return {
    config: { _approval_config: { [tool]: { pre_approved: true } } },
    admits: `every call of ${tool}, whatever its input`,
  };
}

/** A toolset's configuration as front matter: below the toolsets that offer it. */
function placed({ within, toolset }: ApprovalRequest, config: JsonObject): JsonObject {
  const toolsets = within.reduceRight(
    (inner: JsonObject, offering) => ({ [offering]: { toolsets: inner } }),
    { [toolset]: config },
  );
  return { toolsets };
}

function ruleLines(request: ApprovalRequest): readonly string[] {
  const { workerFile, wider } = request;
  const { config, admits } = smallest(request);
  const where = hasList(config) ? `${workerFile}, first in its list` : workerFile;
  return [
    `  the smallest rule that would admit it, in ${where}:`,
    ...yamlLines(placed(request, config)),
    `  it admits ${admits}${unshownPart(config)}`,
    ...(wider ? [`  or a wider one, which admits ${wider.admits}:`] : []),
    ...(wider ? yamlLines(placed(request, wider.config)) : []),
  ];
}

/** An error masks what an address holds, and the rule would then admit nothing. */
function unshownPart(config: JsonObject): string {
  const text = flowYaml(config);
  return maskAddresses(text) === text ? "" : "; write the credential in the place of its mask";
}

function yamlLines(rule: JsonObject): readonly string[] {
  return Object.entries(rule).flatMap(([key, value]) => [
    `    ${flowYaml(key)}:`,
    ...(isJsonObject(value) ? Object.entries(value) : []).map(
      ([name, inner]) => `      ${flowYaml(name)}: ${flowYaml(inner)}`,
    ),
  ]);
}

const ADD_RULE: Advice = {
  flags: "add that rule, or run with --approve-all to allow every call of this run",
  options: `add that rule, or pass approvals: a function that asks somebody, or "approve-all"`,
};

/** No rule admits a changed tool: somebody has to look at it. */
const ACCEPT_CHANGE: readonly (string | Advice)[] = [
  {
    flags: "run it in a terminal without --headless, and answer the question",
    options: "pass approvals: a function that asks somebody, and answer the question",
  },
  "or remove the tool's entry below mcp in llm-do.lock.yaml, and run it again",
  {
    flags: "or run with --approve-all to allow every call of this run",
    options: `or pass approvals: "approve-all" to allow every call of this run`,
  },
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
