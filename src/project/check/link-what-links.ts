import { parse as parsePath } from "node:path";
import { isLlmDoError, type LlmDoError } from "../../errors/llm-do-error.ts";
import type { Place } from "../../errors/place.ts";
import type { Host } from "../../host/host.ts";
import type { ToolsetReference } from "../../worker/toolset-reference.ts";
import { type WorkerDefinition, workerPlace } from "../../worker/worker-definition.ts";
import { NO_EXPORTS } from "../load/found-exports.ts";
import { linkParts, type ProjectParts } from "../load-project.ts";
import type { Project } from "../project.ts";
import type { Findings } from "./findings.ts";

/** What the files of a project hold, as far as they load. */
export interface OpenedParts {
  readonly parts: ProjectParts;
  /** The file that was named first, for what has no place of its own. */
  readonly first: string;
  /** Texts of the files that did not load, by the path that they were named by. */
  readonly broken: ReadonlyMap<string, string>;
}

/** What of a project can be linked. */
export interface Linked {
  /** Undefined when the project has no function at all. */
  readonly project: Project | undefined;
  /** What went into it. */
  readonly parts: ProjectParts;
  /** Whether everything is in it and its entry is what a run would start with. */
  readonly isWhole: boolean;
}

/**
 * Links a project, or else the largest part of it that links, with a finding for each part that had
 * to be left out. What a run would say is all that is said: each part is tried with the same code.
 */
export async function linkWhatLinks(
  opened: OpenedParts,
  host: Host,
  findings: Findings,
): Promise<Linked> {
  const { parts, broken } = opened;
  const whole = await attempt(parts, host);
  if (whole.project) {
    return { project: whole.project, parts, isWhole: broken.size === 0 };
  }
  return new Probe(opened, host, findings).run();
}

type Attempt =
  | { readonly project: Project; readonly error?: undefined }
  | { readonly project?: undefined; readonly error: LlmDoError };

async function attempt(parts: ProjectParts, host: Host): Promise<Attempt> {
  try {
    return { project: await linkParts(parts, host) };
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    return { error };
  }
}

/** One of the pieces that a project is made of. */
interface Piece {
  /** Where it is written, for an error that does not say. */
  readonly place: Place;
  /** Whether its error says nothing, because a file that does not load may hold what it wants. */
  readonly isExcused?: boolean;
}

/** Puts a project together piece by piece, leaving out what does not go with what is there. */
class Probe {
  readonly #opened: OpenedParts;
  readonly #host: Host;
  readonly #findings: Findings;
  #kept: ProjectParts;

  constructor(opened: OpenedParts, host: Host, findings: Findings) {
    this.#opened = opened;
    this.#host = host;
    this.#findings = findings;
    this.#kept = {
      ...opened.parts,
      workers: [],
      found: { ...NO_EXPORTS, plain: opened.parts.found.plain },
    };
  }

  async run(): Promise<Linked> {
    const { parts, first, broken } = this.#opened;
    await this.#keepNames(parts);
    for (const worker of this.#kept.workers) await this.#keepContent(worker, parts);
    const parted = { ...this.#kept, entry: parts.entry };
    const { project, error } = await attempt(parted, this.#host);
    // A file that does not load may hold the entry.
    if (error && broken.size === 0) this.#findings.addError(error, { file: first });
    return {
      project: project ?? (await this.#linkAnyhow(this.#kept)),
      parts: this.#kept,
      isWhole: false,
    };
  }

  /** Everything that has a name, workers without what they refer to. */
  async #keepNames({ workers, found }: ProjectParts): Promise<void> {
    for (const worker of workers) {
      const place = workerPlace(worker);
      await this.#keep((kept) => ({ ...kept, workers: [...kept.workers, bare(worker)] }), {
        place,
      });
    }
    for (const list of ["tools", "toolsets", "factories"] as const) {
      for (const item of found[list]) {
        const withItem = (kept: ProjectParts) => ({
          ...kept,
          found: { ...kept.found, [list]: [...kept.found[list], item] },
        });
        await this.#keep(withItem, { place: { file: item.file } });
      }
    }
  }

  /** What a worker refers to: its schemas, then each name in its `toolsets`. */
  async #keepContent(worker: WorkerDefinition, { workers }: ProjectParts): Promise<void> {
    const full = workers.find((other) => isSame(other, worker)) ?? worker;
    await this.#keepIn(worker, (kept) => ({ ...kept, inputSchema: full.inputSchema }));
    await this.#keepIn(worker, (kept) => ({ ...kept, outputSchema: full.outputSchema }));
    for (const reference of full.toolsets) {
      const { offers = [] } = reference;
      const bareOffers = offers.length === 0 ? {} : { offers: [] };
      const without: ToolsetReference = { ...reference, approvals: {}, ...bareOffers };
      if (!(await this.#keepReference(worker, without))) continue;
      for (const offer of offers) {
        const isExcused = this.#mayBeIn(offer.reference);
        await this.#keepIn(worker, (kept) => withOffer(kept, reference, offer), {
          place: offer.place,
          isExcused,
        });
      }
      for (const [tool, approval] of Object.entries(reference.approvals)) {
        await this.#keepIn(worker, (kept) => withApproval(kept, reference, { [tool]: approval }));
      }
    }
  }

  #keepReference(worker: WorkerDefinition, reference: ToolsetReference): Promise<boolean> {
    const change = (kept: WorkerDefinition) => ({
      ...kept,
      toolsets: [...kept.toolsets, reference],
    });
    const isExcused = this.#mayBeIn(reference.reference);
    return this.#keepIn(worker, change, { place: reference.place, isExcused });
  }

  #keepIn(
    worker: WorkerDefinition,
    change: (kept: WorkerDefinition) => WorkerDefinition,
    piece: Partial<Piece> = {},
  ): Promise<boolean> {
    const changed = (kept: ProjectParts) =>
      kept.workers.map((other) => (isSame(other, worker) ? change(other) : other));
    const place = workerPlace(worker);
    return this.#keep((kept) => ({ ...kept, workers: changed(kept) }), { place, ...piece });
  }

  async #keep(
    change: (kept: ProjectParts) => ProjectParts,
    { place, isExcused = false }: Piece,
  ): Promise<boolean> {
    const next = change(this.#kept);
    const entry = anyFunction(next);
    const { error } = entry === undefined ? {} : await attempt({ ...next, entry }, this.#host);
    if (!error) this.#kept = next;
    else if (!isExcused) this.#findings.addError(error, place);
    return error === undefined;
  }

  async #linkAnyhow(parts: ProjectParts): Promise<Project | undefined> {
    const entry = anyFunction(parts);
    return entry === undefined
      ? undefined
      : (await attempt({ ...parts, entry }, this.#host)).project;
  }

  /** Whether a name may be that of something in a file that does not load. */
  #mayBeIn(name: string): boolean {
    return [...this.#opened.broken].some(
      ([file, text]) => parsePath(file).name === name || text.split(/[^\w-]+/).includes(name),
    );
  }
}

/** Several workers of code may be in one file. */
function isSame(one: WorkerDefinition, other: WorkerDefinition): boolean {
  return one.file === other.file && one.name === other.name;
}

function bare(worker: WorkerDefinition): WorkerDefinition {
  return { ...worker, toolsets: [], inputSchema: undefined, outputSchema: undefined };
}

function withApproval(
  worker: WorkerDefinition,
  { reference }: ToolsetReference,
  approval: ToolsetReference["approvals"],
): WorkerDefinition {
  return withToolset(worker, reference, (kept) => ({
    ...kept,
    approvals: { ...kept.approvals, ...approval },
  }));
}

function withOffer(
  worker: WorkerDefinition,
  { reference }: ToolsetReference,
  offer: ToolsetReference,
): WorkerDefinition {
  return withToolset(worker, reference, (kept) => ({
    ...kept,
    offers: [...(kept.offers ?? []), offer],
  }));
}

function withToolset(
  worker: WorkerDefinition,
  reference: string,
  change: (kept: ToolsetReference) => ToolsetReference,
): WorkerDefinition {
  const toolsets = worker.toolsets.map((kept) =>
    kept.reference === reference ? change(kept) : kept,
  );
  return { ...worker, toolsets };
}

/** The name of some function, for linking parts that have no entry of their own. */
export function anyFunction({ workers, found }: ProjectParts): string | undefined {
  const inToolset = found.toolsets.flatMap(({ value }) => Object.keys(value.tools));
  return workers[0]?.name ?? found.tools[0]?.name ?? inToolset[0];
}
