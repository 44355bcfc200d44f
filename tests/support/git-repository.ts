import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CliOptions, type CliResult, runCli } from "./cli.ts";
import { temporaryFolder } from "./host.ts";
import { runHere } from "./in-process.ts";
import { writeFiles } from "./project.ts";

type InRepository = CliOptions & { readonly folder?: string };

/** A git repository of its own, with a folder for temporary files that can be looked at. */
export class GitRepository implements Disposable {
  readonly path: string;
  readonly #folder = temporaryFolder();

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.path = join(this.#folder.path, "repository");
    writeFiles(this.path, { ".gitignore": "node_modules\n", ...files });
    writeFiles(this.temporary, { ".keep": "" });
    this.git("init", "-q", "-b", "main");
  }

  /** Where the command line makes its scratch folders. */
  get temporary(): string {
    return join(this.#folder.path, "tmp");
  }

  /** What stands there: nothing, where all was tidied away. */
  get leftOver(): readonly string[] {
    return readdirSync(this.temporary).filter((name) => name.startsWith("llm-do-"));
  }

  write(files: Readonly<Record<string, string>>): void {
    writeFiles(this.path, files);
  }

  git(...words: readonly string[]): string {
    const settings = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
    const env = { PATH: process.env["PATH"], HOME: this.temporary, GIT_CONFIG_NOSYSTEM: "1" };
    return execFileSync("git", [...settings, ...words], { cwd: this.path, env, encoding: "utf8" });
  }

  commit(message: string): void {
    this.git("add", "-A");
    this.git("commit", "-q", "--allow-empty", "-m", message);
  }

  /** All that git knows of the repository: its index, its refs and its work trees. */
  get state(): string {
    return [
      this.git("ls-files", "--stage"),
      this.git("for-each-ref"),
      this.git("worktree", "list"),
      this.git("stash", "list"),
      this.git("status", "--porcelain"),
    ].join("\n");
  }

  /** Starts `llm-do` with these words, in a folder of the repository. */
  run(
    words: readonly string[],
    { folder, env, ...options }: InRepository = {},
  ): Promise<CliResult> {
    // What Node compiles it keeps in TMPDIR, which is another one in each repository.
    const kept = { NODE_COMPILE_CACHE: join(tmpdir(), "node-compile-cache") };
    return runCli(words, { ...options, ...this.#place(folder, { ...kept, ...env }) });
  }

  /** The same in this process, see {@link runHere}. */
  runHere(words: readonly string[], { folder, env }: InRepository = {}): Promise<CliResult> {
    return runHere(words, this.#place(folder, env));
  }

  #place(folder = "", env: CliOptions["env"] = {}) {
    const own = { NO_COLOR: "1", TMPDIR: this.temporary, HOME: this.temporary };
    return { cwd: join(this.path, folder), env: { ...own, ...env } };
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}
