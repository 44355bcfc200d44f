import { LlmDoError } from "../errors/llm-do-error.ts";
import type { Grant, LlmFunction, WorkerFunction } from "../functions/llm-function.ts";
import { jsonSchemaOf } from "../functions/schema.ts";
import { callingWorker } from "../functions/worker-function.ts";
import type { JsonSchema } from "../model/json.ts";
import type { Project } from "../project/project.ts";
import { nearest } from "../words/nearest.ts";

/** A function that clients may call. */
export interface ServedFunction {
  readonly target: LlmFunction;
  readonly inputSchema: JsonSchema;
  /** Undefined where the function does not say, or gives something else than an object. */
  readonly outputSchema: JsonSchema | undefined;
}

/**
 * The functions that clients may call, by name: those that are named, else all of the project that
 * take an object.
 *
 * @param onLeftOut told of a function that clients cannot call
 * @throws LlmDoError `usage` for a name that is none of a function, or of one that takes no object
 */
export function servedFunctions(
  { space }: Project,
  names: readonly string[] | undefined,
  onLeftOut: (message: string) => void,
): ReadonlyMap<string, ServedFunction> {
  const served = new Map<string, ServedFunction>();
  for (const name of names ?? space.keys()) {
    const target = space.get(name);
    if (!target) throw unknown(name, [...space.keys()]);
    const inputSchema = jsonSchemaOf(target.input, "input", name);
    if (isObject(inputSchema)) {
      served.set(name, { target, inputSchema, outputSchema: outputSchemaOf(target) });
    } else if (names) throw takesNoObject(name);
    else onLeftOut(`${name} is not served: it takes no object`);
  }
  return served;
}

function outputSchemaOf(target: LlmFunction): JsonSchema | undefined {
  const { output } = target.kind === "tool" ? target.tool : target;
  const described = output && jsonSchemaOf(output, "output", target.name);
  return described && isObject(described) ? described : undefined;
}

/** The protocol knows no others. */
function isObject(described: JsonSchema): boolean {
  return described["type"] === "object";
}

/**
 * The client as the gate sees it: a worker without configuration, whose functions are those that are
 * served. A pure tool changes nothing, so nobody is asked about it; what it calls is asked about.
 */
export function clientWorker(served: ReadonlyMap<string, ServedFunction>): WorkerFunction {
  const grants = [...served.values()].map(({ target, inputSchema }): readonly [string, Grant] => [
    target.name,
    {
      function: withoutNeedlessQuestion(target),
      inputSchema,
      toolset: target.name,
      approval: { preApproved: false, blocked: false },
    },
  ]);
  return callingWorker({
    name: "mcp-client",
    description: "A program that speaks the Model Context Protocol.",
    file: "llm-do mcp",
    functions: new Map(grants),
  });
}

function withoutNeedlessQuestion(target: LlmFunction): LlmFunction {
  if (target.kind === "worker" || target.tool.effect !== "pure") return target;
  const { tool } = target;
  const approval = (input: unknown) => {
    const rule = tool.approval(input);
    return rule === "ask" ? "allow" : rule;
  };
  return { ...target, tool: { ...tool, approval } };
}

function unknown(name: string, known: readonly string[]): LlmDoError {
  const near = nearest(name, known);
  const reason = `there is no function "${name}"; known: ${known.join(", ")}`;
  return unservable(name, reason, near === undefined ? [] : [`--function ${near}`]);
}

function takesNoObject(name: string): LlmDoError {
  return unservable(name, "it takes no object, and clients can pass nothing else", [
    "give it an input schema of an object",
  ]);
}

function unservable(what: string, reason: string, tries: readonly string[]): LlmDoError {
  return new LlmDoError({ code: "usage", verb: "serve", what, reason, tries });
}
