import { SessionAnswers } from "../approval/session-answers.ts";
import { defaultMode } from "../cassette/state/default-mode.ts";
import type { Message } from "../model/message.ts";
import { addUsage, NO_USAGE, type Usage } from "../model/usage.ts";
import { type RunHandle, type Running, startRun } from "./handle/run-handle.ts";
import { readHistory } from "./history.ts";
import { isLlmDoError, LlmDoError } from "./llm-do-error.ts";
import { type OpenedParts, runOpened } from "./run-opened.ts";
import type { RunReport } from "./run-report.ts";
import type { ProjectRunRequest } from "./run-request.ts";
import type { WithWorker } from "./typed-request.ts";

/** What `chat` takes: what its turns take, and the conversation before the first one as `messages`. */
export type ChatOptions = Omit<ProjectRunRequest, "input">;

/**
 * A conversation with a worker. Each turn is a run that goes on with the turns before it; limits hold
 * for each turn. An approval for the session holds for the turns that follow.
 *
 * @example
 * const chat = project.chat({ entry: "helper" });
 * const { output } = await chat.send("What is a cassette?").result;
 * for await (const { added } of chat.send("And a miss?").answer) process.stdout.write(added ?? "");
 */
export interface Chat<Input = unknown, Output = unknown> {
  /**
   * Starts the next turn. One turn goes on at a time: while it does, the `result` of another `send`
   * rejects with the code `usage`. A turn that fails or is cancelled leaves `messages` as they were.
   *
   * @param input a text, or what the worker's input schema takes
   */
  send(input: Input): RunHandle<Output>;
  /** The conversation up to the last turn that ended well. Pass it as `messages` to go on later. */
  readonly messages: readonly Message[];
  /** Tokens of all turns of this chat that have ended, failed ones included. */
  readonly usage: Usage;
  /**
   * A chat that goes on from here by itself, with the approvals that were given so far. A turn that is
   * under way is not in it; its usage begins anew.
   */
  fork(): Chat<Input, Output>;
}

/**
 * Begins a conversation with a worker of an open project.
 *
 * @throws LlmDoError `usage` for messages that are none, and for half a history
 */
export function beginChat(
  parts: OpenedParts,
  { messages, ...options }: WithWorker<ChatOptions>,
): Chat<unknown, never> {
  const answers = new SessionAnswers();
  return new OpenChat(parts, options, { messages: readHistory(messages), answers, recording: {} });
}

/** Whether turns have replaced the cassette already that `mode: "record"` replaces. */
interface Recording {
  isBegun?: boolean;
}

interface ChatState {
  readonly messages: readonly Message[];
  readonly answers: SessionAnswers;
  readonly recording: Recording;
}

type TurnOptions = WithWorker<Omit<ChatOptions, "messages">>;

class OpenChat implements Chat<unknown, never> {
  readonly #parts: OpenedParts;
  readonly #options: TurnOptions;
  readonly #answers: SessionAnswers;
  readonly #recording: Recording;
  #messages: readonly Message[];
  #usage = NO_USAGE;
  #isUnderWay = false;

  constructor(
    parts: OpenedParts,
    options: TurnOptions,
    { messages, answers, recording }: ChatState,
  ) {
    this.#parts = parts;
    this.#options = options;
    this.#messages = messages;
    this.#answers = answers;
    this.#recording = recording;
  }

  get messages(): readonly Message[] {
    return this.#messages;
  }

  get usage(): Usage {
    return this.#usage;
  }

  send(input: unknown): RunHandle<never> {
    const runId = this.#parts.host.createId();
    return startRun(runId, (tell, signal) => this.#turn(input, { runId, tell, signal }));
  }

  fork(): Chat<unknown, never> {
    const answers = this.#answers.copy();
    const state = { messages: this.#messages, answers, recording: this.#recording };
    return new OpenChat(this.#parts, this.#options, state);
  }

  async #turn(
    input: unknown,
    hold: { runId: string; tell: Parameters<Running>[0]; signal: AbortSignal },
  ): Promise<RunReport<never>> {
    if (this.#isUnderWay) throw turnUnderWay();
    this.#isUnderWay = true;
    const chat = { history: this.#messages, answers: this.#answers };
    try {
      const report = await runOpened(this.#parts, this.#request(input), { ...hold, chat });
      this.#messages = report.messages;
      this.#usage = addUsage(this.#usage, report.usage);
      this.#recording.isBegun = true;
      return report;
    } catch (error) {
      const usage = isLlmDoError(error) ? error.run?.usage : undefined;
      this.#usage = addUsage(this.#usage, usage ?? NO_USAGE);
      throw error;
    } finally {
      this.#isUnderWay = false;
    }
  }

  /** All turns stand in one cassette: the first recording replaces what was there, the others add to it. */
  #request(input: unknown): WithWorker<ProjectRunRequest> {
    const { cassette, ...options } = this.#options;
    if (!cassette) return { ...options, input };
    if ("close" in cassette) return { ...options, cassette, input };
    const { mode = defaultMode(this.#parts.host.env) } = cassette;
    const isAdding = mode === "record" && this.#recording.isBegun === true;
    return { ...options, cassette: { ...cassette, mode: isAdding ? "auto" : mode }, input };
  }
}

function turnUnderWay(): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "send",
    what: "chat",
    reason: "a turn is under way",
    tries: [
      "await the result of that turn first",
      "or cancel it and await its end",
      "or use fork()",
    ],
  });
}
