import { resolve } from "node:path";
import type { ApprovalPolicy } from "../approval/askers.ts";
import type { Asker } from "../approval/decide.ts";
import type { RecordedRun } from "../cassette/recorded-run.ts";
import { LlmDoError } from "../errors/llm-do-error.ts";
import { shellQuote } from "../errors/shell-quote.ts";
import type { LlmFunction } from "../functions/llm-function.ts";
import { jsonSchemaOf } from "../functions/schema.ts";
import { takesOnlyText } from "../functions/worker-input.ts";
import { watchOf } from "../hardening/swap/watch-of.ts";
import type { Host } from "../host/host.ts";
import { keepYoungGenerationSmall } from "../host/young-generation.ts";
import type { Json } from "../model/json.ts";
import { loadProject } from "../project/load-project.ts";
import type { Project } from "../project/project.ts";
import { loadProjectConfig } from "../project/project-config.ts";
import { runProject } from "../project/run-project.ts";
import { askPerson } from "../ui/ask-person.ts";
import { createRunView } from "../ui/run-view.ts";
import { parseSet } from "../worker/set-value.ts";
import { splitArguments } from "./parse-arguments.ts";
import { cassetteOf, limitsOf, type RunFlags } from "./run-flags.ts";

export interface RunCommand {
  readonly words: readonly string[];
  readonly flags: RunFlags;
  readonly host: Host;
  readonly signal: AbortSignal;
  /** The command line as given, for advice. */
  readonly command: readonly string[];
  /** Told of an error that was shown, before it is thrown. */
  readonly onTold: (error: LlmDoError) => void;
}

/**
 * `llm-do FILES... [PROMPT]`: loads, runs, prints the result.
 *
 * @throws LlmDoError what went wrong; the caller reports it and picks the exit code
 */
export async function runCommand({
  words,
  flags,
  host,
  signal,
  command,
  onTold,
}: RunCommand): Promise<void> {
  keepYoungGenerationSmall(); // until a provider is asked
  const { files, prompt } = splitArguments(words, {
    files: host.files,
    resolve: (path) => resolve(host.cwd, path),
  });
  const cassette = cassetteOf(flags, host.env, command);
  const overrides = (flags.set ?? []).map(parseSet);
  const project = await loadProject({ files, entry: flags.entry, overrides }, host);
  const config = loadProjectConfig(project.folder, host.files);
  const input = await inputOf(project, { files, prompt, host });
  const approvals = approvalsOf(flags, host, signal);
  const isAsked = typeof approvals === "function";
  const { json = false, verbose: verbosity = 0 } = flags;
  const view = createRunView({ isJson: json, verbosity, isAsked }, host);
  const { model, set } = flags;
  const recorded: RecordedRun = {
    files: files.map((file) => resolve(host.cwd, file)),
    entry: project.entry.name,
    input: input as Json, // a text, or parsed from one
    model,
    set,
  };
  const run = {
    host,
    config,
    cassette: cassette && { ...cassette, run: recorded },
    input,
    signal,
    watch: await watchOf(project, host),
    script: flags.script,
    model,
    limits: limitsOf(flags),
    approvals,
    onEvent: view.onEvent,
    onWarning: view.onWarning,
  };
  // What a replay records is there already.
  const isKept = flags.keep !== false && cassette?.mode !== "replay";
  const running = isKept
    ? import("../project/kept/run-kept.ts").then(({ runKept }) => runKept(project, run, recorded))
    : runProject(project, run);
  const outcome = await running.finally(view.stop);
  if (outcome.ended.kind === "done") writeResult(outcome.ended.result.output, host);
  if (outcome.ledger) view.onLedger(outcome.ledger);
  if (outcome.ended.kind === "done") return;
  const { error } = outcome.ended;
  if (view.hasShown(error)) onTold(error);
  throw error;
}

/** A person is asked where there is one: at a terminal that nothing else speaks on. */
function approvalsOf(flags: RunFlags, host: Host, signal: AbortSignal): ApprovalPolicy | Asker {
  if (flags.approveAll) return "approve-all";
  if (flags.rejectAll) return "reject-all";
  const isAttended = host.stdin.isTerminal && host.stderr.isTerminal;
  if (flags.headless || flags.json || !isAttended) return "headless";
  return askPerson({ input: host.stdin, output: host.stderr, signal });
}

interface InputSource {
  readonly files: readonly string[];
  readonly prompt: string | undefined;
  readonly host: Host;
}

async function inputOf(project: Project, { files, prompt, host }: InputSource): Promise<unknown> {
  const text = prompt ?? (host.stdin.isTerminal ? "" : (await host.stdin.readAll()).trim());
  if (project.entry.kind === "tool") return codeInput(text);
  if (text !== "") return takesPlainText(project.entry) ? text : parsedPrompt(text);
  const command = ["llm-do", ...files.map(shellQuote)].join(" ");
  throw new LlmDoError({
    code: "usage",
    verb: "run",
    what: project.entry.name,
    reason: "there is no prompt",
    tries: [`${command} "your prompt"`, `echo "your prompt" | ${command}`],
  });
}

/** A code entry may take any object: JSON on the command line, or nothing at all. */
function codeInput(text: string): unknown {
  return text === "" ? {} : parsedPrompt(text);
}

/** A worker with properties of its own takes JSON; one that takes a text takes any, JSON or not. */
function takesPlainText({ input, name }: LlmFunction): boolean {
  return takesOnlyText(jsonSchemaOf(input, "input", name));
}

function parsedPrompt(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text; // a text that begins with a bracket
  }
}

function writeResult(output: unknown, host: Host): void {
  const text = typeof output === "string" ? output : JSON.stringify(output ?? null, null, 2);
  host.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
}
