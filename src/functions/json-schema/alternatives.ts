import { expectedText, type Fault } from "./fault.ts";

const SHOWN_BRANCHES = 3;
const SHOWN_FAULTS = 3;

/**
 * What is wrong with a value that fits none of several schemas. Where one of them is meant, it is
 * what is wrong with that one: the value is of its kind, and says what tells it from the others
 * (`kind: "circle"`).
 */
export function faultsOfAlternatives(
  branches: readonly (readonly Fault[])[],
  path: readonly string[],
  got: (path: readonly string[]) => string,
): readonly Fault[] {
  const all = wantedAt(branches, path);
  if (all) return [{ path, text: expectedText(all, got(path)), wants: all, isKind: true }];
  const ofKind = orAll(branches, (faults) => !faults.some((fault) => isAt(fault, path)));
  for (const place of tags(ofKind[0] ?? [], path)) {
    const wants = wantedAt(ofKind, place);
    if (ofKind.length > 1 && wants)
      return [{ path: place, text: expectedText(wants, got(place)), wants }];
  }
  const meant = orAll(ofKind, (faults) => tags(faults, path).length === 0);
  const [only] = meant;
  if (only && meant.length === 1) return only;
  const shown = meant
    .toSorted((left, right) => left.length - right.length)
    .slice(0, SHOWN_BRANCHES)
    .map((faults) => inOneLine(faults, path));
  const text = `fits none of the ${branches.length} alternatives: ${[...new Set(shown)].join("; or ")}`;
  return [{ path, text }];
}

/** Faults in one line, their places seen from the value that they are in. */
function inOneLine(faults: readonly Fault[], path: readonly string[]): string {
  const lines = faults.slice(0, SHOWN_FAULTS).map((fault) => {
    const inner = fault.path.slice(path.length).join(".");
    return inner === "" ? fault.text : `${inner} ${fault.text}`;
  });
  return lines.join(", ");
}

/** What all branches want at one place, where each has its fault there. */
function wantedAt(
  branches: readonly (readonly Fault[])[],
  path: readonly string[],
): readonly string[] | undefined {
  const wants = branches.map((faults) => faults.find((fault) => isAt(fault, path))?.wants);
  return wants.every((one) => one !== undefined) ? wants.flat() : undefined;
}

/** The properties that should have been another value: what tells alternatives apart. */
function tags(faults: readonly Fault[], path: readonly string[]): readonly (readonly string[])[] {
  return faults
    .filter(({ wants, isKind }) => wants !== undefined && !isKind)
    .filter((fault) => fault.path.length === path.length + 1)
    .map((fault) => fault.path);
}

function isAt(fault: Fault, path: readonly string[]): boolean {
  const isSame =
    fault.path.length === path.length && path.every((step, at) => fault.path[at] === step);
  return fault.wants !== undefined && isSame;
}

function orAll<Item>(items: readonly Item[], keep: (item: Item) => boolean): readonly Item[] {
  const kept = items.filter(keep);
  return kept.length > 0 ? kept : items;
}
