import type { LimitName, MissCause } from "../../errors/codes.ts";
import type { CodeMode } from "../../functions/answer-mode.ts";
import type { AnswerSource, StopReason } from "../../model/event.ts";
import type { Json } from "../../model/json.ts";
import type { AnswerPart } from "../../model/message.ts";
import type { Usage } from "../../model/usage.ts";
import type { AnswerDifference } from "./watch.ts";

/**
 * An event of a run. `onEvent` and `--json` receive the same events. Each event says which call it is
 * about, and when it happened.
 */
export type RunEvent = EventBase & RunEventBody;

export interface EventBase {
  readonly runId: string;
  /** Path of the call from the entry, as in `main/analyzer#2`; the same in every run. */
  readonly callId: string;
  readonly parentCallId: string | undefined;
  /** The function's name. */
  readonly function: string;
  /** Calls above this one. */
  readonly depth: number;
  /** Milliseconds since the run began. */
  readonly atMs: number;
}

export type RunEventBody =
  | { readonly kind: "run-start"; readonly entry: string }
  | { readonly kind: "call-start"; readonly input: Json }
  | { readonly kind: "model-request"; readonly model: string; readonly messageCount: number }
  | {
      readonly kind: "text-delta";
      readonly text: string;
      /** What this answer said before was not part of it: the model has looked something up since. */
      readonly anew?: true;
    }
  | { readonly kind: "thinking-delta"; readonly text: string }
  /** The stream broke: discard the answer so far, it begins again. */
  | { readonly kind: "answer-restart"; readonly reason: string }
  | {
      readonly kind: "model-response";
      readonly model: string;
      readonly parts: readonly AnswerPart[];
      readonly stop: StopReason;
      /** What the provider said about it beyond the reason, such as why the model refused. */
      readonly stopDetail?: string;
      /** The model that answered, where the provider names another one than was asked for. */
      readonly answeredBy?: string;
      readonly usage: Usage;
      readonly source: AnswerSource;
    }
  | {
      readonly kind: "tool-call";
      readonly tool: string;
      /** The id of the new call; `callId` is its caller's. Absent if no call is made. */
      readonly target?: string;
      readonly input: Json;
    }
  | {
      readonly kind: "approval-request";
      /** The id of the question; its `approval-decision` has the same. */
      readonly id: string;
      readonly tool: string;
      /** The id of the call that is asked about, as in `tool-call`. */
      readonly target: string;
      readonly input: Json;
      /** What the tool's server changed about it since it was approved, in lines; absent: nothing. */
      readonly change?: readonly string[];
    }
  | {
      readonly kind: "approval-decision";
      /** The id of the question. Calls that rules decide have one as well, and no request. */
      readonly id: string;
      readonly tool: string;
      /** The id of the call that was decided, as in `tool-call`. */
      readonly target: string;
      readonly allowed: boolean;
      /**
       * `configuration`, `rule`, `policy`, `person`, `recording` or `failure`; `abort` where the run
       * ended before anybody decided, and `nobody` where nobody was there to ask.
       */
      readonly by: string;
      readonly reason?: string;
    }
  | {
      readonly kind: "tool-result";
      readonly tool: string;
      /** The id of the call that was made, if any. */
      readonly target?: string;
      readonly output: string;
      readonly isError: boolean;
    }
  /** Who answers a call of a function with prompt and code; the prompt is asked after this. */
  | {
      readonly kind: "answered";
      readonly by: "code" | "prompt";
      readonly mode: CodeMode;
      /** Why the prompt is asked. */
      readonly reason?: string;
      /** Code answers, and the prompt is asked as well to compare the two. */
      readonly checked?: true;
    }
  /** How the answers of code and prompt compare, in a shadow or where an answer of code is checked. */
  | {
      readonly kind: "shadow";
      /** Absent where code gave no answer in a shadow. */
      readonly agreed?: boolean;
      readonly differences: readonly AnswerDifference[];
      /** Why code gave no answer. */
      readonly reason?: string;
      /** The alarm's level after this comparison; the alarm is raised when it reaches its bound. */
      readonly evidence?: number;
    }
  | { readonly kind: "call-end"; readonly usage: Usage }
  | {
      readonly kind: "warning";
      readonly message: string;
      /** Where a tool's own code threw: lines of its stack, the innermost first. */
      readonly stack?: string;
    }
  | {
      readonly kind: "error";
      readonly code: string;
      readonly message: string;
      readonly report: string;
      // Of a provider's error.
      readonly status?: number | undefined;
      readonly type?: string | undefined;
      readonly retryable?: boolean;
      readonly retryAfterMs?: number | undefined;
      // Of a limit that was reached.
      readonly limit?: LimitName;
      readonly used?: number | undefined;
      readonly most?: number;
      // Of a miss.
      readonly cause?: MissCause;
      readonly differsAt?: string | undefined;
      /** The call that reached the limit or missed. */
      readonly call?: string | undefined;
      /** What ended a run that was aborted. */
      readonly reason?: string;
      // The report's parts where an approval was needed and nobody was there to give it.
      readonly tool?: string;
      readonly input?: unknown;
      readonly chain?: readonly string[];
      /** The worker's file, which the rule belongs in. */
      readonly file?: string;
      /** Front matter that would admit the call, and as little else as possible. */
      readonly rule?: Readonly<Record<string, unknown>>;
      /** Front matter that would admit more. */
      readonly widerRule?: Readonly<Record<string, unknown>> | undefined;
    }
  | { readonly kind: "run-end"; readonly ok: boolean; readonly usage: Usage };
