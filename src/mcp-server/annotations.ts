import type { LlmFunction, Offer, WorkerFunction } from "../functions/llm-function.ts";
import type { Effect } from "../functions/tool.ts";

/** What clients are told about a call before they make it, as the protocol names it. */
interface Annotations {
  /** Changes nothing. */
  readonly readOnlyHint: boolean;
  /** May remove or replace something. Says nothing where the call changes nothing. */
  readonly destructiveHint: boolean;
  /** Repeating a call with the same input changes nothing more. */
  readonly idempotentHint: boolean;
  /** Reaches more than this machine. */
  readonly openWorldHint: boolean;
}

/**
 * What each effect claims, and no more. A tool says that it touches files or the network, and not what it does
 * to them, so clients are told to expect the worst.
 */
export const EFFECT_ANNOTATIONS: Readonly<Record<Effect, Annotations>> = {
  pure: {
    readOnlyHint: true,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: false,
  },
  local: {
    readOnlyHint: false,
    destructiveHint: true,
    idempotentHint: false,
    openWorldHint: false,
  },
  external: {
    readOnlyHint: false,
    destructiveHint: true,
    idempotentHint: false,
    openWorldHint: true,
  },
};

/**
 * What clients are told about a function: a tool's own effect, and the widest effect that a worker's model
 * can reach. A worker without tools changes nothing. Asking its own model does not count.
 */
export function annotationsOf(target: LlmFunction): Annotations {
  const effects = target.kind === "tool" ? [target.tool.effect] : reachableEffects(target);
  const widest = (["external", "local"] as const).find((effect) => effects.includes(effect));
  return EFFECT_ANNOTATIONS[widest ?? "pure"];
}

/** Effects of all that a worker's model can call, directly or through other workers. */
function reachableEffects(worker: WorkerFunction): readonly Effect[] {
  const effects = new Set<Effect>();
  const seen = new Set<LlmFunction | Offer>();
  const visit = (target: LlmFunction | Offer): void => {
    if (seen.has(target)) return;
    seen.add(target);
    if (target.kind === "tool") {
      effects.add(target.tool.effect);
      if (target.workers) visit(target.workers.offer);
      return;
    }
    // What a server offers, or does itself, is not known before it runs.
    const isOpen = target.kind === "worker" && target.serverTools.length > 0;
    if (isOpen || (target.sources ?? []).length > 0) effects.add("external");
    const grants = target.kind === "offer" ? target.grants : target.functions.values();
    for (const { function: granted, approval } of grants) if (!approval.blocked) visit(granted);
  };
  visit(worker);
  return [...effects];
}

/** A function's name as a title: `send_mail` and `sendMail` are "Send mail". */
export function titleOf(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .split(/[\s_-]+/)
    .filter((word) => word !== "")
    .map((word) => (/^[A-Z][a-z]/.test(word) ? word.toLowerCase() : word));
  const text = words.join(" ");
  return text === "" ? name : text[0]?.toUpperCase() + text.slice(1);
}
