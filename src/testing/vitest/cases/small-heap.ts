import { flushCompileCache } from "node:module";
import { setFlagsFromString } from "node:v8";

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
