import { type FieldType, objectSchema, required, text } from "../../functions/object-schema.ts";
import type { Schema } from "../../functions/schema.ts";
import { type Tool, tool } from "../../functions/tool.ts";
import { attachesFiles } from "../../functions/worker-input.ts";
import { isJsonObject, type JsonObject } from "../../model/json.ts";
import type { MadeWorkers } from "./made-workers.ts";

const FIELDS = objectSchema({
  name: required(text("What the worker is called by: 1 to 64 letters, digits, _ or -.")),
  content: required(text("The whole text of its file.")),
});

interface NewWorker {
  readonly name: string;
  readonly content: string;
}

/** The tool that writes a worker. What is no worker fails as an input: nobody is asked about it. */
export function workerCreateTool(workers: MadeWorkers): Tool {
  return tool({
    description: descriptionOf(workers),
    input: checkedBy((made) => workers.flawOf(made)),
    effect: "local",
    approval: "ask",
    preview: ({ name, content }) => ({
      kind: "file-change",
      path: workers.fileOf(name),
      before: workers.find(name),
      after: content,
    }),
    run: ({ name, content }) => {
      workers.add(name, content);
      // Not whether it was there before: a replay runs this again, and it is there then.
      return `Wrote ${workers.fileOf(name)}. Call it with worker_call.`;
    },
  });
}

function descriptionOf({ scope }: MadeWorkers): string {
  const { models, offer } = scope;
  const toolsets = offer.toolsets.map((toolset) => {
    const tools = offer.grants.filter((grant) => grant.toolset === toolset);
    const names = tools.map((grant) => grant.function.name).join(", ");
    return names === "" || names === toolset ? toolset : `${toolset} (${names})`;
  });
  return [
    "Write a worker, a prompt with its configuration, to be called with worker_call.",
    "Its text is that of a .worker file: YAML front matter between two lines of ---, then the instructions.",
    "The front matter may be empty, or hold description, input_schema, output_schema, settings and limits,",
    models.length === 0
      ? "but no model: it runs with yours."
      : `and a model that fits ${models.join(" or ")}; without one it runs with yours.`,
    toolsets.length === 0
      ? "It can call no functions."
      : `It can call the functions of the toolsets that it lists, as in "toolsets: [NAME]": ${toolsets.join("; ")}.`,
    "A worker is not overwritten; take another name for another text.",
  ].join(" ");
}

/** The same fields, with one more look at what they hold together. */
function checkedBy(flawOf: (made: NewWorker) => Promise<string | undefined>): Schema<NewWorker> {
  const fields = FIELDS["~standard"];
  return {
    "~standard": {
      ...fields,
      validate: async (value) => {
        const checked = await fields.validate(value);
        if (checked.issues) return checked;
        const message = await flawOf(checked.value);
        return message === undefined ? checked : { issues: [{ message }] };
      },
    },
  };
}

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
