import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { tableBelow } from "../../../tests/support/reference-table.ts";
import { PROVIDERS } from "../table/provider-table.ts";
import { attachmentRefusal } from "./attachment-refusal.ts";

const TYPES = {
  "a.pdf": "application/pdf",
  "a.png": "image/png",
  "a.md": "text/markdown",
  "a.json": "application/json",
};

/** What the provider says of each of the files above, in their order. */
async function refusals(model: string): Promise<readonly (string | undefined)[]> {
  const files = Object.entries(TYPES).map(([name, mediaType]) => ({ name, mediaType }));
  const asked = files.map((file) => attachmentRefusal({ model, files: [file] }, {}));
  return (await Promise.all(asked)).map((refusal) => refusal?.reason);
}

/** What `docs/schemas.md` says that each provider takes. */
const REFERENCE = tableBelow(
  readFileSync(new URL("../../../docs/schemas.md", import.meta.url), "utf8"),
  "## Attachments",
);

function takenBy(provider: string): string {
  const row = REFERENCE.find(([providers]) => providers?.split(", ").includes(provider));
  return (row ?? REFERENCE.at(-1))?.[1]?.split(";")[0] ?? "";
}

test.each(Object.keys(PROVIDERS))("%s takes what the reference says", async (provider) => {
  const taken = takenBy(provider);
  const kinds = [taken.includes("PDF"), taken.includes("images"), true, false];
  const reasons = await refusals(`${provider}:m`);
  expect(reasons.map((reason) => reason === undefined)).toEqual(kinds);
  const said = `${provider} does not take "a.json" (application/json); it takes ${taken}`;
  expect(reasons.at(-1)).toBe(said);
});

test.each(["test", "script:answers.yaml", "nobody:m"])(
  "a model whose provider nobody knows refuses nothing: %s",
  async (model) => {
    expect(await refusals(model)).toEqual([undefined, undefined, undefined, undefined]);
  },
);

test("a server that the project adds is asked as its row says", async () => {
  const extra = {
    mine: { wire: "openai-chat", baseUrl: "http://x.test", keyVariables: [] },
  } as const;
  const file = { name: "a.json", mediaType: "application/json" };
  const refusal = await attachmentRefusal({ model: "mine:m", files: [file] }, {}, extra);
  expect(refusal?.reason).toMatch(/^mine does not/);
});
