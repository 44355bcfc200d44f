import type { CallContext } from "../../src/functions/call-context.ts";
import { validate } from "../../src/functions/schema.ts";
import type { Tool } from "../../src/functions/tool.ts";
import type { Host, ProcessEnd, Processes, ProcessRequest } from "../../src/host/host.ts";
import type { JsonObject } from "../../src/model/json.ts";
import { makeShell, type ShellResult } from "../../src/toolsets/shell/make-shell.ts";
import { configField } from "../support/config-field.ts";

/** What became of one call at the gate. */
export type Called =
  | { readonly kind: "invalid"; readonly issues: readonly string[] }
  | { readonly kind: "denied"; readonly reason: string }
  | { readonly kind: "ran"; readonly asked: boolean; readonly result: ShellResult };

export function shellOf(
  config: JsonObject,
  processes: Processes,
  { cwd = "/project", env = {} }: Partial<Pick<Host, "cwd" | "env">> = {},
): Tool {
  const place = { cwd, workerName: "w", workerPath: `${cwd}/w.worker`, workerDir: cwd };
  const { shell } = makeShell(configField("shell", config), place, { processes, env }).tools;
  if (!shell) throw new Error("there is no tool shell");
  return shell;
}

/** Validates, approves and executes, as the gate does; `agrees` is the person who is asked. */
export async function callShell(
  shell: Tool,
  input: unknown,
  { agrees = false, signal = new AbortController().signal } = {},
): Promise<Called> {
  const checked = await validate(shell.input, input);
  if (checked.kind === "invalid") return checked;
  const rule = shell.approval(checked.value);
  if (typeof rule === "object") return { kind: "denied", reason: rule.deny };
  const asked = rule === "ask";
  if (asked && !agrees) return { kind: "denied", reason: "the person said no" };
  return { kind: "ran", asked, result: await runShell(shell, checked.value, signal) };
}

/** Executes without asking anybody. */
export async function runShell(
  shell: Tool,
  input: unknown,
  signal = new AbortController().signal,
): Promise<ShellResult> {
  // The tool looks at nothing else of its context, and its result has no other shape.
  return (await shell.run(input, { signal } as CallContext)) as ShellResult;
}

export interface RecordingProcesses extends Processes {
  readonly started: ProcessRequest[];
}

/** Starts nothing, remembers what it was asked to start, and answers as told. */
export function recordingProcesses(answer: Partial<ProcessEnd> = {}): RecordingProcesses {
  const started: ProcessRequest[] = [];
  const output = { head: new Uint8Array(), totalBytes: 0 };
  const ended = { kind: "ended", exitCode: 0, stopped: undefined, stdout: output, stderr: output };
  return {
    started,
    run: async (request) => {
      started.push(request);
      return { ...ended, ...answer } as ProcessEnd; // the answer is of one kind
    },
  };
}
