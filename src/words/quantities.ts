import { grouped } from "./counted.ts";

/** US dollars with the digits that count, `$1,204.50` or `$0.0014`, or that they are not known. */
export function usdText(usd: number | undefined): string {
  if (usd === undefined) return "an unknown price";
  if (usd < 0) return `-${usdText(-usd)}`;
  if (usd > 0 && usd < 0.01) return `$${Number(usd.toPrecision(2))}`;
  const [whole = "", cents] = usd.toFixed(2).split(".");
  return cents === undefined ? `$${whole}` : `$${grouped(Number(whole))}.${cents}`;
}

/** Milliseconds with three digits that count: `1,250 ms`, `0.125 ms`. */
export function msText(ms: number): string {
  return `${ms >= 100 ? grouped(Math.round(ms)) : Number(ms.toPrecision(3))} ms`;
}
