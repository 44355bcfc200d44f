import { fileURLToPath } from "node:url";
import type { AttackedProject } from "./attacked-project.ts";
import { plant } from "./planted.ts";
import { lyingProvider } from "./provider.ts";

/** Somewhere that a secret may come by. */
export interface Place {
  readonly name: string;
  attack(project: AttackedProject): Promise<void>;
}

const SERVER = fileURLToPath(new URL("server.mjs", import.meta.url));

const ACT = { tool_call: { name: "act", input: {} } };

/** Without a recording, which would be refused: only what is shown is left. */
const NOT_KEPT = ["--kept", "--no-keep"];

const inSingleQuotes = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** The tool does something with the secret, and the run goes on. */
function acting(
  act: (secret: string) => Parameters<typeof plant>[0],
  flags: readonly string[] = [],
) {
  return async (project: AttackedProject) => {
    plant(act(project.secret.text));
    project.answers(ACT, "Done.");
    await project.run("Go.", flags);
  };
}

function prompting(written: (secret: string) => string, flags: readonly string[] = []) {
  return (project: AttackedProject) =>
    project.run(`It is ${written(project.secret.text)} so.`, flags);
}

function answering(answer: (secret: string) => unknown) {
  return async (project: AttackedProject) => {
    project.answers(answer(project.secret.text), "Done.");
    await project.run();
  };
}

function withShell(command: (secret: string) => string) {
  return async (project: AttackedProject) => {
    project.worker({ toolsets: { shell: { default: { approval_required: false } } } });
    project.write("note.txt", `it is ${project.secret.text}\n`);
    const input = { command: command(project.secret.text) };
    project.answers({ tool_call: { name: "shell", input } }, "Done.");
    await project.run();
  };
}

function withServer(way: string) {
  return async (project: AttackedProject) => {
    const env = { SAID: `$\{PLANTED_TOKEN}` };
    const mcp = { command: process.execPath, args: [SERVER, way], env };
    const _approval_config = { work: { pre_approved: true } };
    project.worker({ toolsets: { mcp: { ...mcp, _approval_config } } });
    project.answers({ tool_call: { name: "work", input: {} } }, "Done.");
    await project.run("Go.", [], { env: { PLANTED_TOKEN: project.secret.text } });
  };
}

function withProvider(way: Parameters<typeof lyingProvider>[0], keyed = true) {
  return async (project: AttackedProject) => {
    const { text } = project.secret;
    await using provider = await lyingProvider(way, text);
    const env = { ANTHROPIC_BASE_URL: provider.url, ANTHROPIC_API_KEY: keyed ? text : "none" };
    const words = ["main.worker", "Go.", "--cassette", project.path("c.yaml"), "--headless"];
    project.worker({ toolsets: {} });
    await project.command(words, { env });
  };
}

const hex = (text: string) => Buffer.from(text).toString("hex");
const inBase64 = (text: string) => Buffer.from(`token ${text}`).toString("base64");
const inAddress = (text: string) =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");

const named = (name: string, attack: Place["attack"]): Place => ({ name, attack });

export const PLACES: readonly Place[] = [
  named(
    "prompt",
    prompting((secret) => secret),
  ),
  named(
    "prompt of a kept run",
    prompting((secret) => secret, ["--kept"]),
  ),
  named("prompt in base64", prompting(inBase64)),
  named("prompt in hexadecimal", prompting(hex)),
  named("prompt as an address writes it", prompting(inAddress)),
  named(
    "prompt in JSON in JSON",
    prompting((secret) => JSON.stringify(JSON.stringify(secret))),
  ),
  named("instructions", async (project) => {
    project.worker({ body: `Use ${project.secret.text}.` });
    await project.run();
  }),
  named(
    "answer",
    answering((secret) => `It is ${secret}`),
  ),
  named(
    "thinking",
    answering((thinking) => ({ thinking, text: "Hm." })),
  ),
  named(
    "tool's input",
    answering((text) => ({ tool_call: { name: "act", input: { text } } })),
  ),
  named(
    "key of a tool's input",
    answering((text) => ({ tool_call: { name: "act", input: { [text]: 1 } } })),
  ),
  named(
    "name of a tool that is called",
    answering((name) => ({ tool_call: { name, input: {} } })),
  ),
  named(
    "tool's result",
    acting((result) => ({ result })),
  ),
  named(
    "tool's result in a new recording",
    acting((result) => ({ result }), ["--mode", "record"]),
  ),
  named(
    "tool's result of a kept run",
    acting((result) => ({ result }), ["--kept"]),
  ),
  named(
    "key of a tool's result",
    acting((key) => ({ result: { [key]: [1] } })),
  ),
  named(
    "tool's result in JSON",
    acting((secret) => ({ result: JSON.stringify({ secret }) })),
  ),
  named(
    "tool's result shown with -v",
    acting((result) => ({ result: `it is ${result}` }), [...NOT_KEPT, "-v"]),
  ),
  named(
    "tool's result shown with -vv",
    acting((result) => ({ result: { result } }), [...NOT_KEPT, "-vv"]),
  ),
  named(
    "tool's result shown with --json",
    acting((result) => ({ result: { result } }), [...NOT_KEPT, "--json"]),
  ),
  named("tool's input shown with -v", async (project) => {
    const input = { text: `it is ${project.secret.text}` };
    project.answers({ tool_call: { name: "act", input } }, "Done.");
    plant({});
    await project.run("Go.", [...NOT_KEPT, "-v"]);
  }),
  named(
    "tool's error shown with -v",
    acting(
      (secret) => ({ error: new Error(`it broke: ${secret}`) }),
      [...NOT_KEPT, "-v", "--debug"],
    ),
  ),
  named(
    "tool's error",
    acting((secret) => ({ error: new Error(`it broke: ${secret}`) })),
  ),
  named(
    "cause of a tool's error",
    acting((secret) => ({ error: new Error("", { cause: new Error(secret) }) })),
  ),
  named(
    "user of an address in an error",
    acting((secret) => ({ error: new Error(`no answer from https://a:${inAddress(secret)}@b/c`) })),
  ),
  named(
    "parameter of an address in an error",
    acting((secret) => ({
      error: new Error(`no answer from https://b/?sig=${inAddress(secret)}`),
    })),
  ),
  named("thrown by a code entry", async (project) => {
    plant({ error: new Error(`it broke: ${project.secret.text}`) });
    await project.run("{}", ["--kept", "--entry", "act"]);
  }),
  named("thrown by a code entry, with --debug", async (project) => {
    plant({ error: new Error("broken", { cause: new Error(project.secret.text) }) });
    await project.run("{}", ["--kept", "--entry", "act", "--debug"]);
  }),
  named(
    "output of a program",
    withShell(() => "cat note.txt"),
  ),
  named(
    "error of a program",
    withShell((secret) => `cat ${inSingleQuotes(secret)}`),
  ),
  named("file that is read", async (project) => {
    project.worker({ toolsets: { filesystem: { read_approval: false } } });
    project.write("note.txt", `it is ${project.secret.text}\n`);
    project.answers({ tool_call: { name: "read_file", input: { path: "note.txt" } } }, "Done.");
    await project.run();
  }),
  named("--set", (project) => project.run("Go.", ["--set", `description=${project.secret.text}`])),
  named("name of a model", (project) =>
    project.run("Go.", ["--model", `anthropic:${project.secret.text}`]),
  ),
  named("reason of a denial", async (project) => {
    project.worker({ toolsets: { planted_tools: {} } });
    project.answers(ACT, "Done.");
    await project.run("Go.", [], { typed: `n ${project.secret.text.replaceAll("\n", " ")}` });
  }),
  named("name of a case", async (project) => {
    await project.run("Go.", ["--kept"]);
    await project.command(["test", "--add", "last", "--name", project.secret.text]);
  }),
  named("prompt of a case", async (project) => {
    await project.run(project.secret.text, ["--kept"]);
    await project.command(["test", "--add", "last", "--name", "a case"]);
  }),
  named("standard error of a server", withServer("stderr")),
  named("result of a server", withServer("result")),
  named("description of a server's tool", withServer("description")),
  named("error of a provider that quotes its key", withProvider("error")),
  named("address that a provider sends on to", withProvider("redirect", false)),
  named("answer of a provider", withProvider("answer")),
];
