/** The vitest that runs a file, whichever this package would find. */
export type TestRunner = Pick<typeof import("vitest"), "describe" | "expect" | "test">;
