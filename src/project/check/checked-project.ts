import { resolve } from "node:path";
import type { Place } from "../../errors/place.ts";
import type { WorkerFunction } from "../../functions/llm-function.ts";
import type { Host } from "../../host/host.ts";
import { frontMatterPlace } from "../../worker/front-matter.ts";
import { type WorkerDefinition, workerPlace } from "../../worker/worker-definition.ts";
import type { Path } from "../../yaml/path.ts";
import type { FoundExports } from "../load/found-exports.ts";
import { StandInTools } from "../lock/stand-in-tools.ts";
import type { Project } from "../project.ts";
import type { Findings } from "./findings.ts";
import type { Linked } from "./link-what-links.ts";

/** A linked project with what its checks need beside it. */
export interface CheckedProject {
  readonly project: Project;
  readonly found: FoundExports;
  readonly workers: readonly CheckedWorker[];
  /** Whether nothing was left out and the entry is known: only then does "never" mean never. */
  readonly isWhole: boolean;
  /** Which tools are the code of a worker. */
  readonly standIns: StandInTools;
  readonly findings: Findings;
  readonly host: Host;
}

/** A worker, as its file says it and as it was linked. */
export interface CheckedWorker {
  readonly definition: WorkerDefinition;
  readonly linked: WorkerFunction;
  /** Where something stands in its file. */
  placeOf(path: Path): Place;
}

/** Undefined where nothing could be linked. */
export function checkedProject(
  { project, parts, isWhole }: Linked,
  host: Host,
  findings: Findings,
): CheckedProject | undefined {
  if (!project) return undefined;
  const workers = parts.workers.flatMap((definition): readonly CheckedWorker[] => {
    const linked = project.space.get(definition.name);
    if (linked?.kind !== "worker") return [];
    return [{ definition, linked, placeOf: (path) => placeIn(definition, path, host) }];
  });
  const { found, alternatives } = parts;
  const standIns = new StandInTools({ alternatives, cwd: host.cwd });
  return { project, found, workers, isWhole, standIns, findings, host };
}

/** Where something stands in a worker's file. */
export function placeIn({ file, inCode }: WorkerDefinition, path: Path, host: Host): Place {
  if (inCode) return inCode.place;
  return frontMatterPlace(host.files.readText(resolve(host.cwd, file)), file, path);
}

/** Where a worker names a toolset; the file where it does not. */
export function toolsetPlace({ definition }: CheckedWorker, toolset: string): Place {
  const { toolsets } = definition;
  return toolsets.find(({ reference }) => reference === toolset)?.place ?? workerPlace(definition);
}
