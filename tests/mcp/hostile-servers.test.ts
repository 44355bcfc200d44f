import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { programEnvironment } from "../../src/host/program-environment.ts";
import { SERVER_VARIABLES } from "../../src/toolsets/mcp/mcp-config.ts";
import {
  clockAfter,
  EVERYTHING,
  HOSTILE,
  idsIn,
  isRunning,
  mcpProject,
  results,
  runIn,
  runMcp,
  until,
  warnings,
} from "./mcp-project.ts";

/** A server that refuses everybody, and says what it was sent. */
async function echoingServer(): Promise<string> {
  const server = createServer(({ method, url, headers }, response) => {
    response.writeHead(403).end(`you sent ${method} ${url} with ${headers.authorization}`);
  });
  onTestFinished(() => void server.close());
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port
}

/** What the server of the fixture is called in messages. */
const HOSTILE_NAME = `${process.execPath} (mcp of main)`;

const WORK = "- tool_call: { name: work, input: {} }\n- Done.\n";

const hostile = (way: string, more: object = {}) => ({
  mcp: { command: process.execPath, args: [HOSTILE, way], ...more },
  approved: ["work"],
  script: WORK,
});

describe("a call to a server is an error that the model is told when the server", () => {
  test.each([
    ["dies", {}, /^! it closed the connection \(it ended with exit code 3; stderr: out of memory/],
    [
      "flood",
      {},
      /^! a message of the server exceeds the maximum size .* \(10485760 bytes\), so that "work" has/,
    ],
    ["no-result", {}, /^! the server's answer is no result of a tool$/],
  ])("%s", async (way, more, expected) => {
    const { report, events } = await runMcp(hostile(way, more));
    expect(results(events)).toEqual([expect.stringMatching(expected)]);
    expect(report?.output).toBe("Done.");
  });
});

describe("a server that is called and does not answer in time is told of", () => {
  /** Time passes only once the server has what it does not answer. */
  async function late(way: string) {
    const literal = { ...hostile(way), mcp: {} };
    using folder = mcpProject(literal);
    const seen = join(folder.path, "seen");
    const mcp = { command: process.execPath, args: [HOSTILE, way, seen], timeout_seconds: 0.3 };
    using project = mcpProject({ ...literal, mcp });
    const clock = clockAfter(() => existsSync(seen));
    return await runIn(project.path, { ...literal, mcp, clock });
  }

  test.each([
    ["hangs", /^! it did not answer in 0\.3 s$/],
    ["nonsense", /^! it did not answer in 0\.3 s \(it wrote what is no message: Oops!\)$/],
  ])("to the model where it %s", async (way, expected) => {
    const { report, events } = await late(way);
    expect(results(events)).toEqual([expect.stringMatching(expected)]);
    expect(report?.output).toBe("Done.");
  });

  test("to the person where it never greets", async () => {
    const { error } = await late("silent");
    expect(error).toMatch(
      /^call: Failed to list the tools of .*: it did not answer in 0\.3 s\nTry: /,
    );
  });
});

test("a server that died is started again for the next call", async () => {
  const { report, events } = await runMcp({
    ...hostile("dies"),
    script:
      "- tool_call: { name: work, input: {} }\n- tool_call: { name: work, input: {} }\n- Done.\n",
  });
  expect(results(events)).toHaveLength(2);
  expect(results(events)[1]).toMatch(/^! it closed the connection/);
  expect(report?.output).toBe("Done.");
});

test("parts of a result that nobody knows are described", async () => {
  const { events } = await runMcp(hostile("odd-parts"));
  expect(results(events)).toEqual(["[something unknown]\n[new]\n[something unknown]"]);
});

describe("a tool that cannot be used is left out with a warning, and the others stay, when it", () => {
  test.each([
    ["proto", '"__proto__", which has a name that only an attack has'],
    ["control", '"wo\\u0007rk", which has a name with characters that nobody sees'],
    ["invisible", "which has a name with characters that nobody sees"],
    ["too-long", "which has a name of more than 256 characters"],
    ["nameless", '" ", which has no name'],
    ["no-tool", '"null", which has no name'],
    ["deep", '"talk", which has an input schema that is nested deeper than 100 levels'],
    ["no-object", '"talk", which has an input schema that is not one of an object'],
    ["impossible", '"talk", which has an input schema that no value fits'],
    ["twice", '"work", which is listed twice: the first one counts'],
  ])("%s", async (way, expected) => {
    const { events, report, error } = await runMcp({ ...hostile(way), script: "- Done.\n" });
    expect([error, report?.output]).toEqual([undefined, "Done."]);
    expect(warnings(events)).toEqual([expect.stringContaining(expected)]);
    expect(warnings(events)[0]).toContain(`${HOSTILE_NAME}: left out its tool "`);
  });

  test("is an error where tools names it", async () => {
    const { error } = await runMcp({ ...hostile("no-object", { tools: ["talk"] }), approved: [] });
    expect(error).toContain(
      '"tools" names "talk", which has an input schema that is not one of an',
    );
    expect(error).toContain('Try: take "talk" out of tools');
  });
});

test("an empty cursor is none", async () => {
  const { error, report } = await runMcp({ ...hostile("last-page"), script: "- Done.\n" });
  expect([error, report?.output]).toEqual([undefined, "Done."]);
});

describe("a run ends with a clear error when the server", () => {
  test.each([
    ["no-list", "its answer to tools/list holds no list of tools"],
    [
      "odd-greeting",
      "it answered what is no message of the protocol: serverInfo: Invalid input: expected object",
    ],
    ["endless-list", "its list of tools has more than 50 pages"],
  ])("%s", async (way, expected) => {
    const { error } = await runMcp({ ...hostile(way), approved: [] });
    expect(error).toMatch(/^call: Failed to /);
    expect(error).toContain(expected);
    expect(error).toContain("\nTry: ");
  });

  test.each([
    ["is not there", { command: "no-such-server" }, "no-such-server: command not found"],
    ["ends at once", { command: process.execPath, args: ["-e", "process.exit(7)"] }, "exit code 7"],
    ["cannot be reached", { url: "http://no-such-host.invalid/mcp" }, "fetch failed: "],
    [
      "needs a variable that is not set",
      { command: "node", env: { KEY: `$\{NOT_SET_ANYWHERE}` } },
      "KEY needs the environment variable NOT_SET_ANYWHERE, which is not set",
    ],
  ])("%s", async (_how, mcp, expected) => {
    const { error } = await runMcp({ mcp, script: WORK });
    expect(error).toMatch(/^call: Failed to list the tools of /);
    expect(error).toContain(expected);
  });
});

describe("secrets", () => {
  const env = { TEST_TOKEN: "very-confidential-value" };

  test("are kept out of errors", async () => {
    const more = { env: { SERVER_TOKEN: `$\{TEST_TOKEN}` } };
    const { events } = await runMcp({ ...hostile("dies", more), env });
    expect(results(events)).toEqual([expect.stringContaining("out of memory, token <secret>")]);
  });

  test("are kept out of results, and the server sees no variable but its own", async () => {
    const more = { env: { SERVER_TOKEN: `Bearer $\{TEST_TOKEN}`, MODE: "a-plain-value" } };
    const { events } = await runMcp({ ...hostile("echoes", more), env });
    const seen = JSON.parse(results(events)[0] ?? "") as Record<string, string>; // the fixture's
    const small = programEnvironment(seen, SERVER_VARIABLES);
    const others = Object.entries(seen).filter(([name]) => !Object.hasOwn(small, name));
    expect(Object.fromEntries(others)).toEqual({ SERVER_TOKEN: "<secret>", MODE: "a-plain-value" });
  });

  test("are passed on where the worker names them, and kept out of results", async () => {
    const more = { env: ["TEST_TOKEN", "NOT_SET_ANYWHERE"] };
    const { events } = await runMcp({ ...hostile("echoes", more), env });
    const seen = JSON.parse(results(events)[0] ?? "") as Record<string, string>; // the fixture's
    expect(seen).toMatchObject({ TEST_TOKEN: "<secret>" });
    expect(seen).not.toHaveProperty("NOT_SET_ANYWHERE");
  });

  test("that no header can hold are refused by the name of their variable", async () => {
    const { error } = await runMcp({
      mcp: {
        url: `${await echoingServer()}/mcp`,
        headers: { Authorization: "Bearer ${TEST_TOKEN}" },
      },
      env: { TEST_TOKEN: "very\nconfidential" },
      script: WORK,
    });
    expect(error).toContain("the header Authorization would hold a line break");
    expect(error).toContain("check TEST_TOKEN");
    expect(error).not.toContain("confidential");
  });

  test("in headers and addresses are kept out of errors", async () => {
    const { error } = await runMcp({
      mcp: {
        url: `${await echoingServer()}/mcp?api_key=in-the-address`,
        headers: { Authorization: "Bearer in-the-header" },
      },
      script: WORK,
    });
    expect(error).toContain("you sent POST /mcp<secret> with <secret>");
    expect(error).not.toMatch(/in-the-header|in-the-address/);
  });
});

describe("no process is left", () => {
  const stays = (file: string) => ({
    ...hostile("stays"),
    mcp: { command: process.execPath, args: [HOSTILE, "stays", file] },
  });

  test("at the end of a run, whatever the server makes of it", async () => {
    using folder = mcpProject(stays("ids"));
    const { report, events } = await runIn(folder.path, stays("ids"));
    expect([report?.output, ...results(events)]).toEqual(["Done.", "done"]);
    const ids = await idsIn(join(folder.path, "ids"));
    expect(ids).toHaveLength(2);
    await until(() => !ids.some(isRunning), "both are gone");
  });

  test("when a run is aborted in a call, whose end it waits for", { timeout: 60_000 }, async () => {
    const abort = new AbortController();
    const literal = {
      mcp: { command: process.execPath, args: [EVERYTHING] },
      approved: ["trigger-long-running-operation"],
      script: "- tool_call: { name: trigger-long-running-operation, input: { duration: 4 } }\n",
      signal: abort.signal,
    };
    using folder = mcpProject(literal);
    const startMs = performance.now();
    setTimeout(() => abort.abort(), 1500);
    const { error } = await runIn(folder.path, literal);
    expect(error).toMatch(/^aborted: /);
    expect(performance.now() - startMs).toBeLessThan(25_000);
  });

  test("when a server never greets and the run is aborted", async () => {
    const abort = new AbortController();
    const literal = { ...hostile("silent"), approved: [], signal: abort.signal };
    setTimeout(() => abort.abort(), 500);
    const { error } = await runMcp(literal);
    expect(error).toMatch(/^aborted: /);
  });
});
