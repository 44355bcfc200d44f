import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const providers = resolve(import.meta.dirname, "../../src/providers");

const PROTOCOLS = ["anthropic", "openai-chat", "openai-responses"] as const;

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

describe("the protocols", () => {
  test.each(PROTOCOLS)("%s has the files that all have", (protocol) => {
    expect(filesOf(protocol)).toEqual(expect.arrayContaining(SHARED));
  });
});

function filesOf(protocol: string): readonly string[] {
  return readdirSync(join(providers, protocol)).filter(
    (file) => file.endsWith(".ts") && !file.endsWith(".test.ts"),
  );
}
