import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { WorkerFunction } from "../../functions/llm-function.ts";
import { jsonSchemaOf } from "../../functions/schema.ts";
import type { ModelRequest, ModelSettings, ToolDefinition } from "../../model/request.ts";
import { attachingMessages } from "../../providers/attachments/attachment-refusal.ts";
import type { ProviderTable } from "../../providers/table/provider-table.ts";
import { findProvider } from "../../providers/table/resolve-provider.ts";
import { tryEncoding } from "../../providers/try-encoding.ts";
import { snakeKey } from "../../yaml/camel-keys.ts";
import type { Path } from "../../yaml/path.ts";
import { checkCarried } from "./check-carried.ts";
import type { CheckedProject, CheckedWorker } from "./checked-project.ts";
import { namedAttachments } from "./named-attachments.ts";

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
