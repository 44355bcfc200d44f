import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "tests/**/*.test.ts"],
    // Unit and behaviour tests keep no state between files.
    isolate: false,
    testTimeout: 30_000,
  },
});
