import { boundText, excess, type Figure, shown } from "./figure.ts";

/**
 * Says what is wrong with a figure that may be outside of its bound for now: it is worse than noted,
 * or better, so that the note can be tightened. Undefined when all is well. Shares are noted as
 * whole numbers, so that a small change does not need a new note.
 */
export function ratchetProblem(
  { name, bound }: Figure,
  value: number,
  noted: number | undefined,
): string | undefined {
  if (!bound) return undefined;
  const now = Math.ceil(excess(value, bound));
  const allowed = noted === undefined ? 0 : Math.ceil(excess(noted, bound));
  const places = `npm run house -- ${name} lists the places`;
  if (now > allowed) {
    const limit = noted === undefined ? boundText(bound) : `${noted} as noted`;
    return `${name} is ${shown(value)}, which is worse than ${limit}: ${places}`;
  }
  if (now === allowed) return undefined;
  if (now === 0) return `${name} is ${shown(value)}, within its bound: take its note away`;
  const better = (bound.most ?? value) < value ? Math.ceil(value) : Math.floor(value);
  return `${name} is ${shown(value)}, better than noted: note ${better} instead of ${noted}`;
}
