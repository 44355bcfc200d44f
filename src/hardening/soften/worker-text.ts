import { stringify } from "yaml";
import { takesOnlyText } from "../../functions/worker-input.ts";
import { isJsonObject, type Json, type JsonSchema } from "../../model/json.ts";
import type { ToolExample } from "./tool-examples.ts";

/** What a worker is made of that does by a prompt what a tool does by code. */
export interface SoftWorker {
  readonly name: string;
  readonly description: string;
  readonly model: string;
  readonly input: JsonSchema;
  /** Undefined where it answers with a text. */
  readonly output: JsonSchema | undefined;
  readonly examples: readonly ToolExample[];
}

/** The text of its `.worker` file. */
export function workerText(worker: SoftWorker): string {
  const { name, description, model, input, output, examples } = worker;
  const isText = takesOnlyText(input);
  const front = {
    name,
    description,
    model,
    ...(isText ? {} : { input_schema: input }),
    ...(output === undefined ? {} : { output_schema: output }),
  };
  const shape = output === undefined ? "Answer with the result only." : ANSWER_IN_JSON;
  const shown = examples.map((example) => exampleText(example, isText));
  const body = [description.trim(), shape, ...(shown.length > 0 ? ["Examples:", ...shown] : [])];
  return `---\n${stringify(front, { lineWidth: 0 })}---\n${body.join("\n\n")}\n`;
}

const ANSWER_IN_JSON =
  "Answer with the JSON value that the output schema describes, and nothing else.";

function exampleText({ input, output }: ToolExample, isText: boolean): string {
  const said = isText && isJsonObject(input) ? (input["input"] ?? input) : input;
  return `<input>\n${promptText(said)}\n</input>\n<output>\n${promptText(output)}\n</output>`;
}

function promptText(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
