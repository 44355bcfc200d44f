import { type FieldType, objectSchema, required, text } from "../../functions/object-schema.ts";
import { type Tool, tool } from "../../functions/tool.ts";
import { attachesFiles } from "../../functions/worker-input.ts";
import { isJsonObject, type JsonObject } from "../../model/json.ts";

const ASKED: FieldType<string | JsonObject> = {
  jsonSchema: {
    anyOf: [{ type: "string" }, { type: "object" }],
    description:
      'What to ask: a text, or an object as its input_schema describes it; {"input": TEXT, "attachments": [PATH]} where it has none.',
  },
  expects: "a text or an object",
  fits: (value): value is string | JsonObject => typeof value === "string" || isJsonObject(value),
};

/**
 * The tool that calls a made worker. It has no effect of its own; the worker is a call below it,
 * and needs an approval where any worker would: for files that are attached.
 */
export function workerCallTool(): Tool {
  return tool({
    description: "Call a worker that was written with worker_create, in this run or before.",
    input: objectSchema({ name: required(text("Its name.")), input: required(ASKED) }),
    effect: "pure",
    approval: ({ input }) => (attachesFiles(input) ? "ask" : "allow"),
    run: ({ name, input }, { call }) => call(name, input),
  });
}
