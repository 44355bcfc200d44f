import { LlmDoError } from "../errors/llm-do-error.ts";
import type { Host } from "../host/host.ts";
import { BUILT_IN_TOOLSETS } from "../toolsets/built-in.ts";
import { type ToolsetReference, withOffers } from "../worker/toolset-reference.ts";
import type { WorkerDefinition } from "../worker/worker-definition.ts";
import type { FoundExports } from "./found-exports.ts";
import type { Naming } from "./link-error.ts";
import { exportReference, loadReference } from "./load-reference.ts";
import type { LoadedToolsets, ToolsetSource } from "./toolset-source.ts";

/** What comes before linking: what workers name that no passed file brings. */
interface LoadInput {
  readonly workers: readonly WorkerDefinition[];
  readonly found: FoundExports;
  /** The project's folder, absolute. */
  readonly folder: string;
}

/**
 * Loads the built-in toolsets and the exports of packages and paths that the workers name, and
 * nothing that none of them names.
 *
 * @throws LlmDoError `project` when something has the name of a built-in toolset, or a reference
 * leads to nothing; `code` when a file does not load
 */
export async function loadToolsets(input: LoadInput, host: Host): Promise<LoadedToolsets> {
  for (const named of namedThings(input)) checkNotBuiltIn(named);
  const loaded = new Map<ToolsetReference, ToolsetSource>();
  // One after the other: of several errors the first in file order is told.
  for (const worker of input.workers) {
    for (const reference of withOffers(worker.toolsets)) {
      const source = await load({ worker, reference }, input.folder, host);
      if (source) loaded.set(reference, source);
    }
  }
  return loaded;
}

async function load(
  naming: Naming,
  folder: string,
  host: Host,
): Promise<ToolsetSource | undefined> {
  const name = naming.reference.reference;
  const builtIn = BUILT_IN_TOOLSETS.get(name);
  if (builtIn) return { kind: "built-in", name, make: await builtIn(host) };
  const reference = exportReference(name);
  return reference && loadReference(naming, reference, { folder, host });
}

interface Named {
  readonly name: string;
  readonly file: string;
}

function namedThings({ workers, found }: LoadInput): readonly Named[] {
  const tools = found.toolsets.flatMap(({ file, value }) =>
    Object.keys(value.tools).map((name) => ({ name, file })),
  );
  return [...workers, ...found.tools, ...found.toolsets, ...found.factories, ...tools];
}

function checkNotBuiltIn({ name, file }: Named): void {
  if (!BUILT_IN_TOOLSETS.has(name)) return;
  throw new LlmDoError({
    code: "project",
    verb: "load",
    what: name,
    reason: `${file} has something of this name, which is that of a built-in toolset`,
    place: { file },
    tries: ["rename it: workers, tools and toolsets share one name space"],
  });
}
