import { resolve } from "node:path";
import type { ApprovalPolicy } from "../../approval/askers.ts";
import type { Asker } from "../../approval/decide.ts";
import type { RecordedRun } from "../../cassette/file/header.ts";
import type { LlmDoError } from "../../errors/llm-do-error.ts";
import { watchOf } from "../../hardening/watch/watch-of.ts";
import { keepYoungGenerationSmall } from "../../host/heap.ts";
import type { Host } from "../../host/host.ts";
import type { Json } from "../../model/json.ts";
import { loadProjectConfig } from "../../project/config/project-config.ts";
import { loadProject } from "../../project/load-project.ts";
import { attachmentFolders } from "../../project/run/attachment-folders.ts";
import { cassetteOf, limitsOf, type RunFlags, shapingFlags } from "../../project/run/run-flags.ts";
import { type ProjectRun, runProject } from "../../project/run/run-project.ts";
import { withTelemetry } from "../../telemetry/telemetry.ts";
import { askPerson } from "../../ui/ask-person.ts";
import { createRunView } from "../../ui/run-view.ts";
import { commandWithoutPrompt } from "../../words/changed-command.ts";
import { parseSet } from "../../worker/overrides.ts";
import { withAttached } from "./attached-input.ts";
import { promptInput } from "./prompt-input.ts";
import { splitArguments } from "./split-arguments.ts";

interface RunCommand {
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
  const prompted = await promptInput(project.entry, {
    prompt: prompt ?? (host.stdin.isTerminal ? "" : (await host.stdin.readAll()).trim()),
    command: commandWithoutPrompt(command, prompt),
  });
  const input = withAttached(prompted, flags.attach, { project, host });
  const approvals = approvalsOf(flags, host, signal);
  const isAsked = typeof approvals === "function";
  const { json = false, verbose: verbosity = 0, debug: isDebug = false } = flags;
  const view = createRunView({ isJson: json, verbosity, isAsked, isDebug }, host);
  const { model, set } = flags;
  const recorded: RecordedRun = {
    files: files.map((file) => resolve(host.cwd, file)),
    entry: project.entry.name,
    input: input as Json, // a text, or parsed from one
    model,
    set,
    limits: { ...limitsOf(flags) },
    flags: shapingFlags(flags),
  };
  const run: ProjectRun = {
    host,
    config,
    cassette: cassette && { ...cassette, run: recorded },
    input,
    inputBy: "person",
    attachmentsFrom: attachmentFolders(flags.attachmentsFrom, host),
    signal,
    watch: await watchOf(project, host),
    script: flags.script,
    model,
    limits: limitsOf(flags),
    approvals,
    onEvent: view.onEvent,
    onWarning: view.onWarning,
    checksReplay: cassette !== undefined,
  };
  // What a replay records is there already.
  const isKept = flags.keep !== false && cassette?.mode !== "replay";
  const running = withTelemetry({ project, run }, async (watched) => {
    if (!isKept) return runProject(project, watched);
    const { runKept } = await import("../../project/kept/run-kept.ts");
    return runKept(project, watched, recorded);
  });
  const outcome = await running.finally(view.stop);
  // It was paid for, also where its recording is of no use.
  const { result } = outcome.ended;
  if (result && !view.hasStreamed(result.output)) writeResult(result.output, host);
  if (cassette === undefined) view.showUsed();
  else if (outcome.summary) view.onSummary(outcome.summary);
  if (outcome.ended.kind === "done") return;
  const { error } = outcome.ended;
  if (view.hasShown(error)) onTold(error);
  throw error;
}

/** A person is asked where there is one: at a terminal that nothing else speaks on. */
function approvalsOf(flags: RunFlags, host: Host, signal: AbortSignal): ApprovalPolicy | Asker {
  if (flags.approveAll) return "approve-all";
  if (flags.rejectAll) return "reject-all";
  // In this order: looking at stdin opens it, which takes a tenth of what a replay takes.
  const isAttended = host.stderr.isTerminal && host.stdin.isTerminal;
  if (flags.headless || flags.json || !isAttended) return "headless";
  return askPerson({ input: host.stdin, output: host.stderr, signal });
}

function writeResult(output: unknown, host: Host): void {
  const text = typeof output === "string" ? output : JSON.stringify(output ?? null, null, 2);
  host.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
}
