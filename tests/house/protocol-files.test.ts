import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const providers = resolve(import.meta.dirname, "../../src/providers");

/** Who knows one protocol finds the same thing in the others at the same place. */
const SHARED = [
  "decode-answer.ts",
  "decode-part.ts",
  "encode-content.ts",
  "encode-messages.ts",
  "encode-request.ts",
  "encode-settings.ts",
  "transport.ts",
  "wire-rules.ts",
];

/** What only one protocol has anything to say of. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  anthropic: ["cache-marks.ts", "held-schema.ts", "model-generation.ts"],
  "openai-chat": ["reasoning.ts", "tool-call-tracker.ts"],
  "openai-responses": ["output-items.ts"],
};

describe("the protocols", () => {
  test.each(Object.entries(OWN))("%s has the files that all have, and its own", (protocol, own) => {
    expect(filesOf(protocol)).toEqual([...SHARED, ...own].sort());
  });
});

function filesOf(protocol: string): readonly string[] {
  return readdirSync(join(providers, protocol))
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .sort();
}
