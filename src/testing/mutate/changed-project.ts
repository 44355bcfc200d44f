import type {
  FunctionSpace,
  Grant,
  GrantedSource,
  LlmFunction,
  ToolFunction,
  WorkerFunction,
} from "../../functions/llm-function.ts";
import type { Project } from "../../project/project.ts";

/** What becomes of the parts of a function space; what is not named stays as it is. */
interface SpaceChange {
  /** What it may call is not its to change. */
  readonly worker?: (worker: WorkerFunction) => WorkerFunction;
  readonly tool?: (tool: ToolFunction) => ToolFunction;
  readonly grant?: (grant: Grant, worker: WorkerFunction) => Grant;
  readonly source?: (granted: GrantedSource, worker: WorkerFunction) => GrantedSource;
}

/**
 * The same project with some of its functions changed, everywhere that they are known: under their
 * names and in the hands of workers. The project that is given stays as it is.
 */
export function changeProject(project: Project, change: SpaceChange): Project {
  const renewed = renewal(change);
  const space: FunctionSpace = new Map(
    [...project.space].map(([name, target]) => [name, renewed(target)]),
  );
  return { ...project, space, entry: renewed(project.entry) };
}

/** Makes each function's successor once: workers call each other in circles. */
function renewal(change: SpaceChange): (target: LlmFunction) => LlmFunction {
  const known = new Map<LlmFunction, LlmFunction>();
  const renewed = (target: LlmFunction): LlmFunction => {
    const made = known.get(target);
    if (made) return made;
    if (target.kind === "tool") {
      const tool = { ...(change.tool?.(target) ?? target), ...madeWorkers(target, renewed) };
      known.set(target, tool);
      return tool;
    }
    const functions = new Map<string, Grant>();
    const sources = target.sources?.map((granted) => change.source?.(granted, target) ?? granted);
    const worker = {
      ...(change.worker?.(target) ?? target),
      functions,
      ...(sources ? { sources } : {}),
    };
    known.set(target, worker);
    for (const [name, grant] of target.functions) {
      const next = { ...grant, function: renewed(grant.function) };
      functions.set(name, change.grant?.(next, target) ?? next);
    }
    return worker;
  };
  return renewed;
}

type Renewed = ReturnType<typeof renewal>;

/** Workers that are made while a run goes on are changed when they are there. */
function madeWorkers({ workers }: ToolFunction, renewed: Renewed): Pick<ToolFunction, "workers"> {
  if (!workers) return {};
  const workerOf = async (name: string, text: string) => {
    const made = await workers.workerOf(name, text);
    const worker = renewed(made);
    return worker.kind === "worker" ? worker : made;
  };
  const { offer } = workers;
  const asked = (name: string) => workers.asked(name);
  const read = (name: string) => workers.read(name);
  return { workers: { asked, read, workerOf, offer } };
}
