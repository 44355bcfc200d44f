import { LlmDoError } from "../../errors/llm-do-error.ts";
import { formatPlace } from "../../errors/place.ts";
import type { Clock } from "../../host/host.ts";
import { nodeHost } from "../../host/node-host.ts";
import type { ModelEvent, StopReason } from "../../model/event.ts";
import type { Json } from "../../model/json.ts";
import type { ModelRequest } from "../../model/request.ts";
import type { Caller, StreamOptions } from "../../model/transport.ts";
import { createScriptTransport, type ScriptTransport } from "../../providers/script/script.ts";
import { readScript } from "../../providers/script/script-file.ts";
import type { ScriptItem } from "../../providers/script/script-item.ts";

/** Answers one request, as an item of a script file does: a text, a map, or a list of both. */
export type ScriptedAnswer = string | ScriptedPart | readonly (string | ScriptedPart)[];

/** A part of an answer, or an error. The keys are in the order in which they are said. */
export interface ScriptedPart {
  readonly text?: string;
  readonly thinking?: string;
  readonly tool_call?: {
    readonly name: string;
    /** Default: `{}`. */
    readonly input?: Json;
    /** Default: an id that is unique in the script. */
    readonly id?: string;
  };
  /** Default: `tool-calls` if there are some, else `end`. */
  readonly stop?: StopReason;
  /** In tokens. Default: none. */
  readonly usage?: {
    readonly input_tokens?: number;
    readonly output_tokens?: number;
    readonly cache_read_tokens?: number;
    readonly cache_write_tokens?: number;
    readonly cache_write_hour_tokens?: number;
  };
  /** Milliseconds to wait before the next part. */
  readonly delay_ms?: number;
  /** A provider's error, instead of an answer or of its rest. */
  readonly error?: {
    /** HTTP status; absent for an error without a response. */
    readonly status?: number;
    readonly type?: string;
    readonly message?: string;
  };
  /** Answers only requests that match. */
  readonly when?: {
    /** The name of the worker that asks. */
    readonly worker?: string;
    /** Text that the instructions or a message must contain. */
    readonly contains?: string;
  };
}

/** A request that the script was asked, with its caller. */
export interface AskedRequest extends ModelRequest {
  readonly caller: Caller | undefined;
}

/**
 * A scripted model. Each request gets the first unused answer whose `when` matches it. The requests are
 * kept for assertions.
 *
 * @throws LlmDoError `file` for a value that is not an answer; from a stream, `transport` if no answer is
 * left
 *
 * @example
 * const script = new ScriptedTransport([
 *   { tool_call: { name: "add", input: { a: 2, b: 3 } } },
 *   "It is 5.",
 * ]);
 * await runTest({ files: ["main.worker", "tools.ts"], input: "What is 2 + 3?", script });
 * script.assertAllUsed();
 * script.requests.length; // 2
 */
export class ScriptedTransport implements ScriptTransport {
  /** The script's name in errors. */
  readonly file = "the script of the test";
  readonly #script: ScriptTransport;
  readonly #requests: AskedRequest[] = [];

  /** @param clock waits where an answer has a delay; default: this machine's */
  constructor(answers: readonly ScriptedAnswer[], clock: Clock = nodeHost().clock) {
    // As JSON says them: fields that are undefined are absent.
    const values = JSON.parse(JSON.stringify(answers)) as readonly Json[];
    this.#script = createScriptTransport(readScript(values, this.file), { file: this.file, clock });
  }

  stream(request: ModelRequest, options: StreamOptions): AsyncIterable<ModelEvent> {
    this.#requests.push({ ...request, caller: options.caller });
    return this.#script.stream(request, options);
  }

  /** What was asked so far, in order. */
  get requests(): readonly AskedRequest[] {
    return [...this.#requests];
  }

  /** How many answers were not asked for. */
  get remaining(): number {
    return this.#script.remaining;
  }

  get unused(): readonly ScriptItem[] {
    return this.#script.unused;
  }

  /** @throws LlmDoError `transport` when an answer was not asked for */
  assertAllUsed(): void {
    checkAllUsed(this);
  }
}

/** @throws LlmDoError `transport` when an item of a script answered nothing */
export function checkAllUsed({ unused, file }: ScriptTransport): void {
  if (unused.length === 0) return;
  throw new LlmDoError({
    code: "transport",
    verb: "use",
    what: file,
    reason: `${unused.length} of its answers ${unused.length === 1 ? "was" : "were"} not asked for`,
    details: unused.map(({ place }) => `  unused: ${formatPlace(place)}`),
    tries: ["remove what is not asked for, or make the run ask for it"],
  });
}
