import { flushCompileCache } from "node:module";
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

/** Cases that this process has begun. */
let begun = 0;

/**
 * Keeps the heap of a process small that runs more than one case: left alone, many short lives of many
 * small things let it grow to several times what a test of vitest needs, for no time gained.
 *
 * Not on the command line of the process: with that flag Node refuses the compiled code that it brings
 * of its own modules, and starts a fifth slower.
 */
export function keepHeapSmall(): void {
  begun++;
  if (begun !== 2) return;
  flushCompileCache(); // what is cached later is refused by a process without the flag
  setFlagsFromString("--optimize-for-size");
}
