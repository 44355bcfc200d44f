import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { wireServer } from "../support/answering-server.ts";
import { repository, runNode } from "../support/cli.ts";
import { temporaryFolder } from "../support/host.ts";
import { installedProject } from "../support/installed-project.ts";

/** A server that asks a worker; it serves one request, so that its process ends. */
const SERVER = `
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { run } from "llm-do";

const app = new Hono();
app.post("/greetings", async (context) => {
  const { input, cassette } = await context.req.json();
  const report = await run({ files: ["main.worker"], input, ...(cassette ? { cassette } : {}) });
  return context.json({ output: report.output });
});
const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, async ({ port }) => {
  const answer = await fetch(\`http://127.0.0.1:\${port}/greetings\`, {
    method: "POST",
    body: process.argv[2],
  });
  console.log(await answer.text());
  server.close();
});
`;

const GREETER = join(repository, "examples/greeter/main.worker");
const RECORDED = join(repository, "cassettes/examples/greeter/main.yaml");
const ADA = "Hello, I am Ada.";

const SDK = /(?:^|\/)llm-do\/dist\/chunks\/([a-z]+)(?:-client|-server|-late)?-sdk-/;
const MEGABYTE = 1e6;

/** Bundles the server without externals; the folder has the worker and its cassette, but no packages. */
async function deployed(options: { readonly splitting: boolean }) {
  using project = installedProject({ "server.mjs": SERVER });
  const folder = temporaryFolder();
  const { metafile, warnings } = await build({
    entryPoints: [join(project.path, "server.mjs")],
    absWorkingDir: project.path,
    bundle: true,
    splitting: options.splitting,
    platform: "node",
    format: "esm",
    outdir: folder.path,
    outExtension: { ".js": ".mjs" },
    metafile: true,
    logLevel: "silent",
  });
  copyFileSync(GREETER, join(folder.path, "main.worker"));
  copyFileSync(RECORDED, join(folder.path, "main.yaml"));
  return { folder, outputs: Object.values(metafile.outputs), warnings };
}

async function ask(folder: string, body: object, env: Readonly<Record<string, string>> = {}) {
  const ended = await runNode(["server.mjs", JSON.stringify(body)], { cwd: folder, env });
  expect(ended.stderr).toBe("");
  return (JSON.parse(ended.stdout) as { output: unknown }).output;
}

const REPLAY = { input: ADA, cassette: { path: "main.yaml", mode: "replay" } };

describe.each([{ splitting: true }, { splitting: false }])(
  "a server that is bundled with llm-do ($splitting)",
  { timeout: 60_000 },
  (options) => {
    test("replays a cassette, also one that a person has edited", async () => {
      const { folder, warnings } = await deployed(options);
      using _ = folder;
      expect(warnings).toEqual([]);
      expect(await ask(folder.path, REPLAY)).toMatch(/^Hello Ada,/);
      const path = join(folder.path, "main.yaml");
      const response = /^response:\n(?: {2}.*\n)+/m;
      const edited = "response: [ { text: Edited. } ]\n"; // not as llm-do writes it
      writeFileSync(path, readFileSync(path, "utf8").replace(response, edited));
      expect(await ask(folder.path, REPLAY)).toBe("Edited.");
    });

    test.each(["anthropic:claude-haiku-4-5", "openai:gpt-5-mini", "openai-chat:gpt-5-mini"])(
      "asks %s",
      async (model) => {
        const { folder } = await deployed(options);
        using _ = folder;
        const worker = readFileSync(GREETER, "utf8").replace(/^model: .*$/m, `model: ${model}`);
        writeFileSync(join(folder.path, "main.worker"), worker);
        await using server = await wireServer(["Good day."]);
        expect(await ask(folder.path, { input: ADA }, server.env)).toBe("Good day.");
        expect(server.bodies).toHaveLength(1);
      },
    );
  },
);

test("such a server has at most 2.6 MB with the SDK that it uses; others are in files of their own", async () => {
  const { folder, outputs } = await deployed({ splitting: true });
  using _ = folder;
  const bytesOf: Record<string, number> = {};
  for (const { inputs } of outputs) {
    const sdks = new Set<string>();
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      if (/node_modules\/@?hono\//.test(path)) continue; // the server's own
      const name = SDK.exec(path)?.[1] ?? "own";
      bytesOf[name] = (bytesOf[name] ?? 0) + bytesInOutput;
      if (name !== "own") sdks.add(name);
    }
    expect(sdks.size).toBeLessThanOrEqual(1);
  }
  const { own = Infinity, anthropic = 0, openai = 0, mcp = 0, ...others } = bytesOf;
  expect([Math.min(anthropic, openai, mcp) > 0, others]).toEqual([true, {}]);
  expect(own + Math.max(anthropic, openai)).toBeLessThan(2.6 * MEGABYTE);
});
