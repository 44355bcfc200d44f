import type { StopReason } from "../../model/event.ts";
import type { Json } from "../../model/json.ts";

/**
 * What answers one request, in the words of script files: a text, a map of what is said, or a list of
 * both.
 */
export type ScriptedAnswer = string | ScriptedPart | readonly (string | ScriptedPart)[];

/** What one answer says, or how it fails; the keys stand in the order in which they are said. */
export interface ScriptedPart {
  readonly text?: string;
  readonly thinking?: string;
  readonly tool_call?: {
    readonly name: string;
    /** Default: `{}`. */
    readonly input?: Json;
    /** Default: one that no other call of the script has. */
    readonly id?: string;
  };
  /** Default: `tool-calls` where there are some, else `end`. */
  readonly stop?: StopReason;
  /** In tokens. Default: none. */
  readonly usage?: {
    readonly input_tokens?: number;
    readonly output_tokens?: number;
    readonly cache_read_tokens?: number;
    readonly cache_write_tokens?: number;
    readonly cache_write_hour_tokens?: number;
  };
  /** How long to wait before what follows, in milliseconds. */
  readonly delay_ms?: number;
  /** A provider's error, in place of an answer or of the rest of one. */
  readonly error?: {
    /** HTTP status; absent for an error without a response. */
    readonly status?: number;
    readonly type?: string;
    readonly message?: string;
  };
  /** Answers only such a request. */
  readonly when?: {
    /** The name of the worker that asks. */
    readonly worker?: string;
    /** A text in the instructions or in the text of any message. */
    readonly contains?: string;
  };
}
