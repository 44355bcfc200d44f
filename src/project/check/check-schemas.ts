import type { Place } from "../../errors/place.ts";
import { objectSchema } from "../../functions/object-schema.ts";
import { jsonSchemaOf, type Schema } from "../../functions/schema.ts";
import type { Tool } from "../../functions/tool.ts";
import type { Host } from "../../host/host.ts";
import { exportPlace, type FoundExports } from "../load/found-exports.ts";
import { type CheckedProject, toolsetPlace } from "./checked-project.ts";
import type { Findings } from "./findings.ts";

/**
 * Finds tools of code files whose schemas cannot be said in JSON Schema.
 *
 * @returns the same exports, where such tools take nothing, so that what uses them links
 */
export function checkExportedSchemas(
  found: FoundExports,
  host: Host,
  findings: Findings,
): FoundExports {
  const sound = (tool: Tool, name: string, place: Place): Tool => {
    const isSound = isDescribed({ ...tool, name, place }, findings);
    return isSound ? tool : { ...tool, input: NOTHING, output: undefined };
  };
  return {
    ...found,
    tools: found.tools.map((item) => {
      const { name, file, value } = item;
      return { ...item, value: sound(value, name, exportPlace(name, file, host)) };
    }),
    toolsets: found.toolsets.map((item) => {
      const place = exportPlace(item.name, item.file, host);
      const tools = Object.entries(item.value.tools).map(
        ([name, tool]) => [name, sound(tool, name, place)] as const,
      );
      return { ...item, value: { ...item.value, tools: Object.fromEntries(tools) } };
    }),
  };
}

const NOTHING = objectSchema({});

/** Finds the same in workers, and in what was made or loaded for one worker. */
export function checkLinkedSchemas({ project, workers, findings }: CheckedProject): void {
  for (const worker of workers) {
    const { name, input, output } = worker.linked;
    const place = (key: string) => worker.placeOf([key]);
    isDescribed({ name, input, output: undefined, place: place("input_schema") }, findings);
    if (output)
      isDescribed({ name, input: output, output, place: place("output_schema") }, findings);
    for (const { function: target, toolset } of worker.linked.functions.values()) {
      if (project.space.has(target.name) || target.kind === "worker") continue;
      isDescribed(
        { ...target.tool, name: target.name, place: toolsetPlace(worker, toolset) },
        findings,
      );
    }
  }
}

interface Described {
  readonly name: string;
  readonly input: Schema;
  readonly output: Schema | undefined;
  readonly place: Place;
}

function isDescribed({ name, input, output, place }: Described, findings: Findings): boolean {
  try {
    jsonSchemaOf(input, "input", name);
    if (output) jsonSchemaOf(output, "output", name);
    return true;
  } catch (error) {
    findings.addError(error, place);
    return false;
  }
}
