import type { WorkerFunction } from "../../functions/llm-function.ts";
import { jsonSchemaOf, validate } from "../../functions/schema.ts";
import { attachesFiles, coerceText, takesOnlyText } from "../../functions/worker-input.ts";
import { type Json, textOrJson, tryParseJson } from "../../model/json.ts";
import { type ModelRequest, splitModelName } from "../../model/request.ts";
import { readValue } from "../../runtime/worker/read-value.ts";
import { workerHead } from "../../runtime/worker/worker-head.ts";
import { workerMessage } from "../../runtime/worker/worker-loop.ts";
import type { LeftOutReason, TrafficCall } from "./traffic.ts";

/** A call as a run of today's worker would have had it. */
interface TodaysCall {
  readonly request: ModelRequest;
  /** What the model answered. */
  readonly text: string;
}

/** Finds the calls of a file that today's worker, with its model, would have made. */
export class TodaysPrompt {
  readonly #worker: WorkerFunction;
  readonly #model: string;
  readonly #head: Omit<ModelRequest, "messages">;
  readonly #isText: boolean;
  readonly #instructions: string;

  constructor(worker: WorkerFunction, model: string) {
    this.#worker = worker;
    this.#model = model;
    this.#head = { ...workerHead(worker), model };
    this.#isText = takesOnlyText(jsonSchemaOf(worker.input, "input", worker.name));
    this.#instructions = plain(worker.instructions);
  }

  /** The call, or why it says nothing of today's worker. */
  async read(call: TrafficCall): Promise<TodaysCall | LeftOutReason> {
    const { instructions, model } = call;
    if (instructions !== undefined && plain(instructions) !== this.#instructions) {
      return instructions === "" ? "noInstructions" : "otherPrompt";
    }
    if (model !== undefined && !this.#isModel(model)) return "otherModel";
    const input = await this.#inputOf(call.input);
    if (input === undefined) return "unfitInput";
    if (attachesFiles(input)) return "attachments";
    const text = await this.#answerOf(call.output);
    if (text === undefined) return "unfitAnswer";
    const message = workerMessage({ attached: [] }, this.#worker, input);
    return { request: { ...this.#head, messages: [message] }, text };
  }

  #isModel(named: string): boolean {
    return named === this.#model || named === splitModelName(this.#model).name;
  }

  async #inputOf(said: Json): Promise<unknown> {
    const value = this.#isText ? coerceText(said) : typeof said === "string" ? parsed(said) : said;
    const checked = await validate(this.#worker.input, value);
    return checked.kind === "valid" ? checked.value : undefined;
  }

  async #answerOf(said: Json): Promise<string | undefined> {
    const { output } = this.#worker;
    if (!output) return typeof said === "string" ? said : undefined;
    const text = textOrJson(said);
    return (await readValue(output, text)).kind === "valid" ? text : undefined;
  }
}

/** A text that stands for a value of JSON; where it is not JSON, the text. */
function parsed(text: string): Json {
  return tryParseJson(text) ?? text;
}

/** Instructions without what an export may have changed of them. */
function plain(text: string): string {
  return text.replaceAll("\r\n", "\n").trim();
}
