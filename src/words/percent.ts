/**
 * What a share stands for, which decides how it is rounded:
 *
 * - `estimate`: a share that was seen. To the nearest, with one decimal, but never to all or nothing.
 * - `at-least`: a lower bound. Down, so that "at least" is true of it.
 * - `at-most`: an upper bound. Up, so that "at most" is true of it.
 * - `given`: a setting, such as a claim. Not rounded at all.
 */
type ShareKind = "estimate" | "at-least" | "at-most" | "given";

/**
 * A share as a percentage for a person: `97.3 %`. The only place that rounds one.
 *
 * @param share 0.973 for 97.3 %
 */
export function percent(share: number, kind: ShareKind): string {
  return `${points(share, kind)} %`;
}

/** The same without its sign, for differences between shares: `-1.24` points. */
export function points(share: number, kind: ShareKind): string {
  if (kind === "given") return String(hundredfold(share));
  const steps = rounded(share, kind);
  return kind === "estimate" ? (steps / 10).toFixed(1) : String(steps / 100);
}

/** How sure one is at a risk of being wrong, rounded down: `95 %` at 0.05. */
export function confidence(risk: number): string {
  const all = STEPS["at-most"];
  return percent((all - rounded(risk, "at-most")) / all, "given");
}

/** Into how many steps the whole is divided: thousandths show one decimal of a percentage. */
const STEPS = { estimate: 1000, "at-least": 10_000, "at-most": 10_000 } as const;

/** The number of steps. Compares quotients, because a double times 10,000 may fall on the other side. */
function rounded(share: number, kind: Exclude<ShareKind, "given">): number {
  const all = STEPS[kind];
  const nearest = Math.round(share * all);
  switch (kind) {
    case "at-least":
      return nearest / all > share ? nearest - 1 : nearest;
    case "at-most":
      return nearest / all < share ? nearest + 1 : nearest;
    case "estimate":
      if ((nearest !== 0 && nearest !== all) || nearest / all === share) return nearest;
      return nearest / all > share ? nearest - 1 : nearest + 1;
  }
}

/** Moves the decimal point of the number as it is written: 100 * 0.58 is 57.99999999999999. */
function hundredfold(share: number): number {
  const [digits = "", exponent = "0"] = String(share).split("e");
  return Number(`${digits}e${Number(exponent) + 2}`);
}
