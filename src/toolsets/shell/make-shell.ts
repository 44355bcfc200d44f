import { LlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import type { Field } from "../../format/reader.ts";
import {
  defaulted,
  type FieldType,
  objectSchema,
  required,
  text,
} from "../../functions/object-schema.ts";
import { tool } from "../../functions/tool.ts";
import { type Toolset, toolset } from "../../functions/toolset.ts";
import type { Host, ProcessEnd } from "../../host/host.ts";
import { programEnvironment } from "../../host/program-environment.ts";
import { NO_VARIABLES, type ProgramVariables } from "../env-config.ts";
import type { WallPlace } from "../sandbox/sandbox-config.ts";
import { keepWall, walledProcesses, wallOf } from "../sandbox/walled-processes.ts";
import { SecretValues } from "../secret-values.ts";
import { cutOutputs } from "./cut-outputs.ts";
import { admissionsOf, judgeCommand } from "./judge-command.ts";
import { SHELL } from "./shell-config.ts";

/** Seconds that a command may take where nothing is said, as in the Python llm-do. */
export const DEFAULT_TIMEOUT_SECONDS = 30;
export const MAX_TIMEOUT_SECONDS = 300;
/** What a model is told of both outputs together, as in the Python llm-do. */
export const MAX_TOLD_BYTES = 50 * 1024;
/** A command that writes more than that does not know an end. */
export const MAX_WRITTEN_BYTES = 64 * 1024 * 1024;

/** What a model is told of a command. */
export interface ShellResult {
  /** As a shell gives it; 126 and 127 also where the program could not be started. */
  readonly exit_code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Whether it was ended because it took too long. */
  readonly timed_out: boolean;
  /** Whether a part of its outputs is missing above. */
  readonly truncated: boolean;
}

/**
 * The toolset `shell`: one tool that runs one program, and never a shell.
 *
 * @throws LlmDoError for what is wrong with the configuration, with its place
 */
export function makeShell(
  config: Field,
  place: WallPlace,
  { processes, env }: Pick<Host, "processes" | "env">,
): Toolset {
  const rules = SHELL.read(config);
  const openWall = rules.sandbox && wallOf(rules.sandbox, place);
  const runner = openWall ? walledProcesses(processes, openWall) : processes;
  const shell = tool({
    description: DESCRIPTION,
    input: objectSchema({
      command: required(text("The program and its arguments, quoted as for sh.")),
      timeout_seconds: defaulted(TIMEOUT, DEFAULT_TIMEOUT_SECONDS),
    }),
    effect: "local",
    approval: ({ command }) => {
      const verdict = judgeCommand(command, rules);
      return verdict.kind === "deny" ? { deny: verdict.reason } : verdict.kind;
    },
    preview: ({ command }) => ({ kind: "command", text: command }),
    admit: ({ command }) => admissionsOf(command),
    run: async ({ command, timeout_seconds }, { signal }) => {
      // Not only at the gate: a configuration that approves of the tool does not lift its rules.
      const verdict = judgeCommand(command, rules);
      if (verdict.kind === "deny") throw denied(verdict.reason);
      // Anew for each program: variables may be set meanwhile.
      const secrets = new SecretValues(env);
      const end = await runner.run({
        program: verdict.program,
        arguments: verdict.arguments,
        env: { ...programEnvironment(env), ...variablesOf(rules.env ?? NO_VARIABLES, secrets) },
        cwd: place.cwd,
        timeoutMs: timeout_seconds * 1000,
        keptBytes: MAX_TOLD_BYTES,
        writtenBytes: MAX_WRITTEN_BYTES,
        signal,
      });
      return withoutSecrets(shellResult(end, timeout_seconds), secrets);
    },
  });
  if (openWall) keepWall(shell, openWall);
  return toolset({ shell });
}

const DESCRIPTION =
  "Run one program in the project's folder and wait for it. Words are quoted as for sh, but there " +
  "is no shell: no pipes, redirections, variables, globs, or several commands in one. Commands " +
  "that are not allowed are refused, others may need a person's approval.";

const TIMEOUT: FieldType<number> = {
  jsonSchema: {
    type: "number",
    exclusiveMinimum: 0,
    maximum: MAX_TIMEOUT_SECONDS,
    description: "After this the program is ended.",
  },
  expects: `a number above 0, at most ${MAX_TIMEOUT_SECONDS}`,
  fits: (value): value is number =>
    typeof value === "number" && value > 0 && value <= MAX_TIMEOUT_SECONDS,
};

function denied(reason: string): LlmDoError {
  return new LlmDoError({ code: "approval-denied", verb: "call", what: "shell", reason });
}

/** What a person has to do is not for the model to work around. */
function variablesOf(env: ProgramVariables, secrets: SecretValues): Record<string, string> {
  try {
    return secrets.variables(env);
  } catch (error) {
    const reason = messageOf(error);
    const tries = ["set the variable", 'or leave it out of "env"'];
    throw new LlmDoError({ code: "configuration", verb: "call", what: "shell", reason, tries });
  }
}

/** What a program was given in confidence is not told to the model. */
function withoutSecrets(result: ShellResult, secrets: SecretValues): ShellResult {
  const { stdout, stderr } = result;
  return { ...result, stdout: secrets.mask(stdout), stderr: secrets.mask(stderr) };
}

function shellResult(end: ProcessEnd, timeoutSeconds: number): ShellResult {
  if (end.kind === "not-started") {
    const { exitCode, reason } = end;
    return { exit_code: exitCode, stdout: "", stderr: reason, timed_out: false, truncated: false };
  }
  const { stdout, stderr, isCut } = cutOutputs(end, MAX_TOLD_BYTES);
  return {
    exit_code: end.exitCode,
    stdout,
    stderr: stderr + stopNote(end.stopped, timeoutSeconds, stderr),
    timed_out: end.stopped === "timeout",
    truncated: isCut,
  };
}

function stopNote(
  stopped: "timeout" | "output" | undefined,
  timeoutSeconds: number,
  above: string,
): string {
  if (stopped === undefined) return "";
  const why =
    stopped === "timeout"
      ? `it took more than ${timeoutSeconds} seconds`
      : `it wrote more than ${MAX_WRITTEN_BYTES} bytes`;
  return `${above === "" || above.endsWith("\n") ? "" : "\n"}[ended because ${why}]`;
}
