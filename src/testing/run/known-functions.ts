import type { LlmFunction } from "../../functions/llm-function.ts";
import type { ModelTransport } from "../../model/transport.ts";
import type { Project } from "../../project/project.ts";
import { nearest } from "../../words/nearest.ts";

/** The functions that a run could call, by name. */
export interface RunFunctions {
  /** In alphabetical order, the entry included. */
  readonly names: readonly string[];
  /**
   * False if there may be more: a server was not asked for its tools in this run, or a model may make
   * workers.
   */
  readonly isComplete: boolean;
}

/**
 * The functions of a project: what its files say, and what servers answer while a run goes on. Every
 * check of a name that a test or case writes asks here.
 */
export class KnownFunctions {
  readonly byName = new Map<string, LlmFunction>();
  /** Names that servers brought, as their workers call them. */
  readonly #brought = new Set<string>();
  /** Workers whose servers were not asked yet. */
  readonly #unasked = new Set<string>();
  readonly #seen = new Set<LlmFunction>();
  #hasMaker = false;

  constructor({ space, entry }: Pick<Project, "space" | "entry">) {
    for (const target of [entry, ...space.values()]) this.#add(target.name, target);
  }

  get functions(): RunFunctions {
    const names = [...new Set([...this.byName.keys(), ...this.#brought])].toSorted();
    return { names, isComplete: this.#unasked.size === 0 && !this.#hasMaker };
  }

  /** A transport that learns from requests which tools servers brought. */
  around(inner: ModelTransport): ModelTransport {
    if (this.#unasked.size === 0) return inner;
    return {
      stream: (request, options) => {
        const worker = options.caller?.worker ?? "";
        if (this.#unasked.delete(worker)) {
          for (const { name } of request.tools) this.#brought.add(name);
        }
        return inner.stream(request, options);
      },
    };
  }

  #add(name: string, target: LlmFunction): void {
    if (!this.byName.has(name)) this.byName.set(name, target);
    if (this.#seen.has(target)) return;
    this.#seen.add(target);
    if (target.kind === "worker") {
      if ((target.sources ?? []).length > 0) this.#unasked.add(target.name);
      for (const [reached, grant] of target.functions) this.#add(reached, grant.function);
      return;
    }
    if (!target.workers) return;
    this.#hasMaker = true;
    for (const grant of target.workers.offer.grants) this.#add(grant.function.name, grant.function);
  }
}

/** A name that no function has, and what to say about it. */
interface UnknownName {
  readonly name: string;
  readonly reason: string;
  /** The nearest name; undefined if none is near. */
  readonly meant: string | undefined;
}

/** The first of some names that no function of a run has; undefined where all are known, or may be. */
export function unknownName(
  written: Iterable<string>,
  { names, isComplete }: RunFunctions,
): UnknownName | undefined {
  if (isComplete) {
    for (const name of written) if (!names.includes(name)) return noSuchFunction(name, names);
  }
  return undefined;
}

/** What to say about a name that is not among those of functions. */
export function noSuchFunction(name: string, names: readonly string[]): UnknownName {
  const known = names.length === 0 ? "there are none" : `known: ${names.toSorted().join(", ")}`;
  const reason = `there is no such function (${known})`;
  return { name, reason, meant: nearest(name, names) };
}
