import { resolve } from "node:path";
import type { ApprovalPolicy } from "../approval/askers.ts";
import { formatLedger, type Ledger } from "../cassette/ledger.ts";
import { LlmDoError } from "../errors/llm-do-error.ts";
import type { Host } from "../host/host.ts";
import { loadProject } from "../project/load-project.ts";
import type { Project } from "../project/project.ts";
import { loadProjectConfig } from "../project/project-config.ts";
import { runProject } from "../project/run-project.ts";
import type { RunEvent } from "../runtime/run-event.ts";
import { jsonView } from "../ui/json-view.ts";
import { progressLine } from "../ui/progress.ts";
import { textView } from "../ui/text-view.ts";
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
}: RunCommand): Promise<void> {
  const { files, prompt } = splitArguments(words, {
    files: host.files,
    resolve: (path) => resolve(host.cwd, path),
  });
  const cassette = cassetteOf(flags, host.env, command);
  const overrides = (flags.set ?? []).map(parseSet);
  const project = await loadProject({ files, entry: flags.entry, overrides }, host);
  const config = loadProjectConfig(project.folder, host.files);
  const input = await inputOf(project, prompt, host);
  const view = createView(flags, host);
  const outcome = await runProject(project, {
    host,
    config,
    cassette,
    input,
    signal,
    script: flags.script,
    model: flags.model,
    limits: limitsOf(flags),
    approvals: policyOf(flags),
    onEvent: view.onEvent,
    onWarning: view.onWarning,
  }).finally(view.stop);
  if (outcome.ended.kind === "done") writeResult(outcome.ended.result.output, host);
  if (outcome.ledger) view.onLedger(outcome.ledger);
  if (outcome.ended.kind === "failed") throw outcome.ended.error;
}

function policyOf(flags: RunFlags): ApprovalPolicy {
  if (flags.approveAll) return "approve-all";
  return flags.rejectAll ? "reject-all" : "headless";
}

async function inputOf(project: Project, prompt: string | undefined, host: Host): Promise<unknown> {
  const text = prompt ?? (host.stdin.isTerminal ? "" : (await host.stdin.readAll()).trim());
  if (project.entry.kind === "tool") return codeInput(text);
  if (text !== "") return text;
  throw new LlmDoError({
    code: "usage",
    verb: "run",
    what: project.entry.name,
    reason: "there is no prompt",
    tries: [
      `llm-do ${project.entry.file} "your prompt"`,
      `echo "your prompt" | llm-do ${project.entry.file}`,
    ],
  });
}

/** A code entry may take any object: JSON on the command line, or nothing at all. */
function codeInput(text: string): unknown {
  if (text === "") return {};
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

interface View {
  readonly onEvent: (event: RunEvent) => void;
  readonly onWarning: (message: string) => void;
  readonly onLedger: (ledger: Ledger) => void;
  readonly stop: () => void;
}

function createView(flags: RunFlags, host: Host): View {
  const { stderr, clock } = host;
  if (flags.json) {
    const json = jsonView(stderr);
    return {
      onEvent: json,
      onWarning: (message) => json({ kind: "warning", message }),
      onLedger: (ledger) => json({ kind: "ledger", ledger }),
      stop: () => undefined,
    };
  }
  const verbosity = Math.min(flags.verbose ?? 0, 2) as 0 | 1 | 2; // argParser counts from 1
  const text = textView(stderr, verbosity);
  const progress = progressLine(stderr, clock);
  return {
    onEvent: (event) => {
      progress.clear();
      text(event);
      if (verbosity < 2) progress.show(event);
    },
    onWarning: (message) => {
      progress.clear();
      stderr.write(`warning: ${message}\n`);
    },
    onLedger: (ledger) => stderr.write(`cassette: ${formatLedger(ledger)}\n`),
    stop: progress.stop,
  };
}
