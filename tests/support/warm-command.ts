import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { CliOptions, CliResult } from "./cli.ts";
import { endMark, type WarmAnswer, type WarmRequest } from "./warm-protocol.ts";

type WarmOptions = Required<Pick<CliOptions, "cwd" | "env">>;

/**
 * Runs a program of Node, such as the built command, in a process that has run it before: of a start
 * of vitest more than half is loading it. Nothing but the loaded code stays from one command line to
 * the next; a process that loaded code of a project takes no other one, and those that hang neither.
 *
 * For tests of what `llm-do test` does. Tests of signals, of standard input and of the process itself
 * start it with `runCli`.
 */
export async function runWarm(
  program: string,
  argv: readonly string[],
  { cwd, env: given }: WarmOptions,
): Promise<CliResult> {
  const env = { PATH: process.env["PATH"] ?? "", ...given };
  const key = JSON.stringify([program, loadedWith(env)]);
  const at = idle.findIndex((one) => one.key === key);
  const [warm = new WarmProcess(key, loadedWith(env))] = at < 0 ? [] : idle.splice(at, 1);
  const result = await warm.run({ program: pathToFileURL(program).href, argv, cwd, env });
  if (warm.isFit) idle.push(warm);
  while (idle.length > MOST_IDLE) idle.shift()?.end();
  return result;
}

/** Each takes 150 MB, beside those of the other workers. */
const MOST_IDLE = 2;

/** Command lines that one process runs. */
const MOST_RUNS = 40;

/** Those that wait, the longest first. */
const idle: WarmProcess[] = [];

/** Variables that are read anew by each command line. Others may be read when code is loaded. */
const READ_ANEW = /^LLM_DO_|_API_KEY$|_BASE_URL$|^TMPDIR$|^HOME$/;

function loadedWith(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !READ_ANEW.test(name)));
}

class WarmProcess {
  readonly key: string;
  readonly #child: ChildProcess;
  #runs = 0;
  #isSpent = false;

  constructor(key: string, env: Readonly<Record<string, string>>) {
    this.key = key;
    this.#child = fork(join(import.meta.dirname, "warm-process.ts"), {
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      execArgv: [],
      env,
    });
    this.#child.once("exit", () => {
      this.#isSpent = true;
    });
    this.#child.unref();
    this.#child.channel?.unref();
  }

  /** Whether it can take another command line. */
  get isFit(): boolean {
    return !this.#isSpent && this.#runs < MOST_RUNS;
  }

  async run(asked: Omit<WarmRequest, "id">): Promise<CliResult> {
    const id = ++this.#runs;
    const child = this.#child;
    const ended = Promise.withResolvers<number | null>();
    const onMessage = ({ code, isSpent }: WarmAnswer) => {
      this.#isSpent ||= isSpent;
      ended.resolve(code);
    };
    child.once("message", onMessage).once("close", ended.resolve).once("error", ended.reject);
    const outputs = [child.stdout, child.stderr].map((output) => writtenUntil(output, endMark(id)));
    child.send({ id, ...asked });
    try {
      const [code, stdout = "", stderr = ""] = await Promise.all([ended.promise, ...outputs]);
      return { code, stdout, stderr };
    } finally {
      child.off("close", ended.resolve).off("error", ended.reject).off("message", onMessage);
      if (!this.isFit) this.end();
    }
  }

  end(): void {
    if (this.#child.connected) this.#child.disconnect();
  }
}

/** What is written to an output before a mark, or before the output is closed. */
function writtenUntil(output: ChildProcess["stdout"], mark: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let text = "";
  const take = (piece: string) => {
    text += piece;
    if (text.endsWith(mark)) resolve(text.slice(0, -mark.length));
  };
  const onEnd = () => resolve(text);
  output?.setEncoding("utf8").on("data", take).once("end", onEnd);
  return promise.finally(() => output?.off("data", take).off("end", onEnd));
}
