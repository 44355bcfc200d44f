import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { repository } from "../support/cli.ts";
import { packedProject } from "../support/installed-project.ts";

/** The examples that are programs: they use llm-do from code. */
export const PROGRAMS = ["server", "batch", "web_approvals", "tool_library", "help_desk"];

/** The files of a program, by their paths in it. */
export function programFiles(name: string): Readonly<Record<string, string>> {
  const folder = resolve(repository, "examples", name);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    /\.(?:ts|worker|html)$/.test(file),
  );
  return Object.fromEntries(files.map((file) => [file, readFileSync(join(folder, file), "utf8")]));
}

/** A fresh project with a program, and the packed package installed in it. */
export function projectOf(name: string) {
  const manifest = '{ "name": "acme-program", "type": "module" }';
  return packedProject({ "package.json": manifest, ...programFiles(name) });
}

/** A server of a program that runs as a process of its own. */
interface StartedServer extends AsyncDisposable {
  /** The first line that it prints. */
  readonly url: string;
  /** The lines that it printed after that. */
  readonly lines: readonly string[];
}

/**
 * Starts `server.ts` in a folder.
 *
 * @param env its whole environment, beside PATH and PORT
 */
export async function startServer(
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<StartedServer> {
  const child = spawn(process.execPath, ["server.ts"], {
    cwd,
    env: { PATH: process.env["PATH"] ?? "", PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const ended = once(child, "close");
  const output = createInterface({ input: child.stdout });
  const first = Promise.withResolvers<string>();
  output.once("line", first.resolve);
  child.once("close", () => first.reject(new Error(`it ended: ${errors}`)));
  const url = await first.promise;
  output.on("line", (line) => lines.push(line));
  return {
    url,
    lines,
    async [Symbol.asyncDispose]() {
      child.kill();
      await ended;
    },
  };
}
