import { wallRuntime } from "../../src/host/wall/wall-runtime.ts";

/** Why no program can be put behind a wall here; undefined where one can be. */
export const noWallHere: string | undefined = await wallRuntime([]).then(
  () => undefined,
  (error: unknown) => (error instanceof Error ? error.message : String(error)),
);

/** Ends the title of what is skipped where there is no wall. */
export const wallTitle =
  noWallHere === undefined ? "" : ` (skipped: ${noWallHere.split("\n", 1)[0]})`;
