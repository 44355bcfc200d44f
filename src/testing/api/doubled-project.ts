import { LlmDoError } from "../../errors/llm-do-error.ts";
import type {
  Grant,
  GrantedSource,
  LlmFunction,
  ToolFunction,
  WorkerFunction,
  WorkerSource,
} from "../../functions/llm-function.ts";
import { type Tool, tool } from "../../functions/tool.ts";
import type { ToolSource } from "../../functions/tool-source.ts";
import { attachesFiles } from "../../functions/worker-input.ts";
import type { Project } from "../../project/project.ts";
import { noSuchFunction } from "../run/known-functions.ts";
import type { Double, Doubles } from "./doubles.ts";

/**
 * A project in which doubles run in the place of functions. What callers and models see of these,
 * their schemas, their descriptions and what must be approved, stays as it is.
 */
export class DoubledProject {
  readonly project: Project;
  readonly #doubles: ReadonlyMap<string, Double>;
  /** Functions in whose place a double stands, and all that were seen. */
  readonly #used = new Set<string>();
  readonly #seen = new Set<string>();
  readonly #made = new Map<LlmFunction, LlmFunction>();
  readonly #sources = new Map<ToolSource, ToolSource>();
  /** Whether a run learns of more functions, from a server; a double may be for one of these. */
  #isOpen = false;

  /** @throws LlmDoError `project` for a double of the entry, or of no function */
  constructor(project: Project, doubles: Doubles) {
    const entries = Object.entries(doubles).filter(([, double]) => double !== undefined);
    this.#doubles = new Map(entries as [string, Double][]); // those that are undefined are gone
    if (this.#doubles.has(project.entry.name)) throw entryDoubled(project.entry.name);
    const space = new Map([...project.space].map(([name, target]) => [name, this.#of(target)]));
    this.project = { ...project, space, entry: this.#of(project.entry) };
    if (!this.#isOpen) this.checkNames();
  }

  /** @throws LlmDoError `project` when a double stands in the place of no function */
  checkNames(): void {
    const unknown = [...this.#doubles.keys()].find((name) => !this.#used.has(name));
    if (unknown !== undefined) throw noFunction(unknown, [...this.#seen]);
  }

  #of(target: LlmFunction): LlmFunction {
    const known = this.#made.get(target);
    if (known) return known;
    this.#seen.add(target.name);
    const double = this.#doubles.get(target.name);
    if (double) return this.#remember(target, this.#doubled(target, double));
    if (target.kind === "worker") return this.#worker(target);
    const { workers } = target;
    return this.#remember(
      target,
      workers ? { ...target, workers: this.#workerSource(workers) } : target,
    );
  }

  #remember(target: LlmFunction, made: LlmFunction): LlmFunction {
    this.#made.set(target, made);
    return made;
  }

  #doubled(target: LlmFunction, double: Double): ToolFunction {
    this.#used.add(target.name);
    const { name, description, file, input, inCode } = target;
    const made = doubledTool(target, double);
    return {
      kind: "tool",
      name,
      description,
      file,
      input,
      tool: made,
      ...(inCode ? { inCode } : {}),
    };
  }

  /** Workers may call each other in circles, so one is known before its hands are filled. */
  #worker(worker: WorkerFunction): WorkerFunction {
    const functions = new Map<string, Grant>();
    const { sources = [] } = worker;
    const made: WorkerFunction = { ...worker, functions, sources: sources.map(this.#granted) };
    this.#made.set(worker, made);
    for (const [name, grant] of worker.functions) {
      functions.set(name, { ...grant, function: this.#of(grant.function) });
    }
    return made;
  }

  readonly #granted = (granted: GrantedSource): GrantedSource => ({
    ...granted,
    source: this.#source(granted.source, granted.prefix),
  });

  #source(source: ToolSource, prefix: string | undefined): ToolSource {
    this.#isOpen = true;
    const known = this.#sources.get(source);
    if (known) return known;
    const made: ToolSource = {
      ...source,
      toolsOf: (answer) => this.#tools(source.toolsOf(answer), prefix),
    };
    this.#sources.set(source, made);
    return made;
  }

  #tools(tools: ReadonlyMap<string, Tool>, prefix = ""): ReadonlyMap<string, Tool> {
    const all = [...tools].map(([name, original]): [string, Tool] => {
      this.#seen.add(name);
      // A tool whose name another one has, too, is called by a longer one.
      const known = [`${prefix}_${name}`, name].find((one) => this.#doubles.has(one)) ?? name;
      const double = this.#doubles.get(known);
      if (!double) return [name, original];
      this.#used.add(known);
      return [name, standIn(original, double)];
    });
    return new Map(all);
  }

  /** Workers that a model makes get doubles in their hands as others do. */
  #workerSource(source: WorkerSource): WorkerSource {
    for (const grant of source.offer.grants) this.#of(grant.function);
    for (const granted of source.offer.sources) this.#granted(granted);
    return {
      asked: (name) => source.asked(name),
      read: (name) => source.read(name),
      workerOf: async (name, text) => this.#worker(await source.workerOf(name, text)),
      offer: source.offer,
    };
  }
}

function doubledTool(target: LlmFunction, double: Double): Tool {
  if (target.kind === "tool") return standIn(target.tool, double);
  const { description, input, output } = target;
  const made = tool({
    description,
    input,
    ...(output ? { output } : {}),
    effect: "pure",
    approval: (given) => (attachesFiles(given) ? "ask" : "allow"),
    run: double as Tool["run"], // its input was checked by the worker's schema
  });
  return made;
}

/** Always runs: neither is it recorded nor does a recording answer in its place. */
function standIn(original: Tool, double: Double): Tool {
  return { ...original, effect: "pure", run: double as Tool["run"] }; // as above, the tool's schema
}

function entryDoubled(name: string): LlmDoError {
  return new LlmDoError({
    code: "project",
    verb: "double",
    what: name,
    reason: "it is the function that the test runs",
    tries: ["double what it calls"],
  });
}

function noFunction(name: string, known: readonly string[]): LlmDoError {
  const { reason, meant } = noSuchFunction(name, known);
  const tries = meant === undefined ? [] : [`write "${meant}"`];
  return new LlmDoError({ code: "project", verb: "double", what: name, reason, tries });
}
