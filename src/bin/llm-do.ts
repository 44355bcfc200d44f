#!/usr/bin/env node
// Runs on any Node that knows modules, so that an old one gets a sentence and not a syntax error.
import module from "node:module";

// The global: importing `node:process` opens all its lazy parts.
const { process } = globalThis;

const NEEDED = { major: 22, minor: 18 };

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < NEEDED.major || (major === NEEDED.major && minor < NEEDED.minor)) {
  process.stderr.write(
    `llm-do needs Node ${NEEDED.major}.${NEEDED.minor} or later; this is ${process.versions.node}\n`,
  );
  process.exitCode = 2;
} else {
  module.enableCompileCache();
  const { start } = await import("../cli/start.ts");
  await start();
}
