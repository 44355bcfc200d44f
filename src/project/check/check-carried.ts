import { jsonSchemaOf } from "../../functions/schema.ts";
import { splitModelName, type ToolDefinition } from "../../model/request.ts";
import { outputCarrier } from "../../providers/output/output-carrier.ts";
import { type ProviderRow, schemaRulesOf } from "../../providers/table/provider-table.ts";
import { inputDialect } from "../../providers/wire/schema/schema-dialect.ts";
import { type CheckedProject, type CheckedWorker, toolsetPlace } from "./checked-project.ts";

/** A worker with one model that it may ask, and the provider of that. */
export interface Carrying {
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
export function checkCarried(checked: CheckedProject, carrying: Carrying): ToolDefinition[] {
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
