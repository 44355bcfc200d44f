import type { Domain } from "../../src/functions/domain.ts";
import type { Alternative, WorkerFunction } from "../../src/functions/llm-function.ts";
import { canonicalJson } from "../../src/model/canonical.ts";
import type { ComparedSample, KeptCall, Watch } from "../../src/runtime/state/watch.ts";
import { aTool, aWorker, type ToolLiteral } from "./project.ts";

type WorkerLiteral = Parameters<typeof aWorker>[1];

interface HardenedLiteral extends Partial<Omit<Alternative, "domain">> {
  readonly domain?: Domain;
  /** The code; default: it answers "by code". */
  readonly code?: ToolLiteral;
  readonly worker?: WorkerLiteral;
}

/** A worker with code beside its prompt, in the mode `code` without checks unless told otherwise. */
export function aHardened(name: string, literal: HardenedLiteral = {}): WorkerFunction {
  const { code = { run: () => "by code" }, worker, domain, ...rest } = literal;
  const alternative: Alternative = {
    mode: "code",
    candidate: { kind: "tool", tool: aTool(name, code).tool },
    domain,
    share: 1,
    check: 0,
    alarm: { tolerated: 0.02, falseAlarmEvery: 10_000 },
    comparator: "exact",
    place: { file: "llm-do.lock.yaml", line: 3 },
    problem: () => undefined,
    ...rest,
  };
  return aWorker(name, { ...worker, alternative });
}

/** A watch that compares exactly and remembers what it was shown. */
export function exactWatch(problem?: string): Watch & {
  readonly samples: ComparedSample[];
  readonly kept: KeptCall[];
} {
  const kept: KeptCall[] = [];
  const samples: ComparedSample[] = [];
  return {
    samples,
    problem: () => problem,
    kept,
    keep: (call) => {
      kept.push(call);
      return undefined;
    },
    compare: (sample) => {
      samples.push(sample);
      const agreed = canonicalJson(sample.code) === canonicalJson(sample.prompt);
      const difference = { path: "", code: sample.code, prompt: sample.prompt };
      return {
        agreed,
        differences: agreed ? [] : [difference],
        evidence: agreed ? 0.96 : 5,
        warning: agreed ? undefined : "the alarm rings",
      };
    },
  };
}
