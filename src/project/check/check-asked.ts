import { basename } from "node:path";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import { snakeKey } from "../../format/camel-keys.ts";
import type { WorkerFunction } from "../../functions/llm-function.ts";
import { namedPaths } from "../../functions/named-paths.ts";
import { jsonSchemaOf } from "../../functions/schema.ts";
import type { JsonSchema } from "../../model/json.ts";
import { mediaTypeOf } from "../../model/media-type.ts";
import {
  type ModelRequest,
  type ModelSettings,
  splitModelName,
  type ToolDefinition,
} from "../../model/request.ts";
import {
  type AttachedFile,
  attachingMessages,
} from "../../providers/attachments/attachment-refusal.ts";
import { outputCarrier } from "../../providers/output/output-carrier.ts";
import {
  type ProviderRow,
  type ProviderTable,
  schemaRulesOf,
} from "../../providers/table/provider-table.ts";
import { findProvider } from "../../providers/table/resolve-provider.ts";
import { tryEncoding } from "../../providers/try-encoding.ts";
import { inputDialect } from "../../providers/wire/schema/schema-dialect.ts";
import type { Path } from "../../yaml/path.ts";
import { type CheckedProject, type CheckedWorker, toolsetPlace } from "./checked-project.ts";

export interface AskedWorker {
  readonly worker: CheckedWorker;
  /** One with a known provider. */
  readonly model: string;
  readonly extra: ProviderTable;
}

/** One thing that a worker asks of its model beside the conversation. */
interface Asked {
  /** Where the front matter says it. */
  readonly path: Path;
  readonly request: Partial<ModelRequest>;
}

/**
 * Finds the settings, server-side tools, schemas and files that the provider of a model does not
 * take: each is added to those that are taken, and left out again when it is not.
 */
export async function checkAsked(checked: CheckedProject, asked: AskedWorker): Promise<void> {
  const { row } = findProvider(asked.model, checked.host.env, asked.extra);
  let taken: ModelRequest = {
    ...bareRequest(asked),
    tools: [...checkCarried(checked, { ...asked, row }), ...unseenTools(asked.worker.linked)],
  };
  for (const { path, request } of askedOf(asked.worker)) {
    const settings = { ...taken.settings, ...request.settings };
    const serverTools = [...taken.serverTools, ...(request.serverTools ?? [])];
    const next = { ...taken, ...request, settings, serverTools };
    if (await isTaken(checked, asked, { path, request: next })) taken = next;
  }
}

/** Whether the provider takes a request; what it says otherwise is a finding. */
async function isTaken(
  { host, findings }: CheckedProject,
  { worker, extra }: AskedWorker,
  { path, request }: { readonly path: Path; readonly request: ModelRequest },
): Promise<boolean> {
  try {
    await tryEncoding(request, host.env, extra);
    return true;
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    findings.addError(error, worker.placeOf(path));
    return false;
  }
}

function bareRequest({ worker: { linked }, model }: AskedWorker): ModelRequest {
  return {
    model,
    system: linked.instructions,
    messages: [{ kind: "user", content: [{ kind: "text", text: "Hello." }] }],
    tools: [],
    serverTools: [],
    settings: {},
  };
}

/** A tool in the place of those that only a run can know, where the settings may mean one of them. */
function unseenTools({ sources = [], functions, settings }: WorkerFunction): ToolDefinition[] {
  const { toolChoice = "auto" } = settings;
  if (sources.length === 0 || functions.has(toolChoice)) return [];
  return [{ name: toolChoice, description: "", inputSchema: { type: "object" } }];
}

function askedOf({ linked }: CheckedWorker): readonly Asked[] {
  const { cache: _cache, ...asked } = linked.settings; // no part of a request
  const settings = Object.entries(asked).map(([key, value]) => ({
    path: ["settings", snakeKey(key)],
    request: { settings: { [key]: value } as ModelSettings }, // one of its own entries
  }));
  const serverTools = linked.serverTools.map((tool, index) => ({
    path: ["server_side_tools", index],
    request: { serverTools: [tool] },
  }));
  const schema = linked.output && jsonSchemaOf(linked.output, "input", linked.name);
  const files = namedAttachments(jsonSchemaOf(linked.input, "input", linked.name));
  const attached = files.map(({ path, file }) => ({
    path: ["input_schema", ...path],
    request: { messages: attachingMessages(file) },
  }));
  return [
    ...settings,
    ...serverTools,
    ...attached,
    ...(schema ? [{ path: ["output_schema"], request: { outputSchema: schema } }] : []),
  ];
}

/** A worker with one model that it may ask, and the provider of that. */
interface Carrying {
  readonly worker: CheckedWorker;
  readonly model: string;
  readonly row: ProviderRow;
}

/**
 * Notes by what means schemas reach a provider that does not take them as they are, and finds those
 * that no value fits.
 *
 * @returns the tools that a request can offer
 */
function checkCarried(checked: CheckedProject, carrying: Carrying): ToolDefinition[] {
  noteOutput(checked, carrying);
  const { worker, model, row } = carrying;
  const { provider } = splitModelName(model);
  const rules = schemaRulesOf(row);
  return [...worker.linked.functions].flatMap(([name, grant]): readonly ToolDefinition[] => {
    const { inputSchema } = grant;
    const place = toolsetPlace(worker, grant.toolset);
    const { carried, isImpossible } = inputDialect(inputSchema, rules);
    if (isImpossible) {
      checked.findings.add({
        code: "configuration",
        place,
        problem: `no value fits the input schema of ${name}, so no model can call it`,
        tries: ["describe an input that can be given"],
      });
      return [];
    }
    if (carried.length > 0) {
      const note = `the input of ${name} reaches ${provider} otherwise: ${carried.join("; ")}`;
      checked.findings.addNote({ place, note });
    }
    return [{ name, description: grant.function.description, inputSchema }];
  });
}

function noteOutput({ findings }: CheckedProject, { worker, model, row }: Carrying): void {
  const { linked } = worker;
  if (!linked.output) return;
  const carrier = outputCarrier(row, model, jsonSchemaOf(linked.output, "input", linked.name));
  if (carrier.kind === "held") return;
  const means =
    carrier.kind === "tool"
      ? "is carried by the tool final_answer"
      : "is told without strict mode and checked here";
  const place = worker.placeOf(["output_schema"]);
  findings.addNote({ place, note: `for ${model} the output schema ${means}: ${carrier.why}` });
}

/** A file that an input schema names. */
interface NamedAttachment {
  /** Where the schema says it. */
  readonly path: Path;
  readonly file: AttachedFile;
}

/** The files that an input schema names, as far as their names say what they are. */
function namedAttachments(schema: JsonSchema): readonly NamedAttachment[] {
  return namedPaths(schema).flatMap(({ at: path, file }) => {
    const mediaType = mediaTypeOf(file);
    return mediaType === undefined ? [] : [{ path, file: { name: basename(file), mediaType } }];
  });
}
