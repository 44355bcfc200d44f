import { LlmDoError } from "../../errors/llm-do-error.ts";
import { nearest } from "../../words/nearest.ts";
import { shellQuote } from "../../words/shell-quote.ts";
import type { Git } from "./git.ts";

/** A commit that is compared with the work tree. */
export interface Revision {
  /** As the person named it. */
  readonly name: string;
  /** The whole hash. */
  readonly commit: string;
  /** The hash as people read it. */
  readonly short: string;
  /** The first line of its message. */
  readonly subject: string;
  /** Absolute path of the top of the work tree. */
  readonly top: string;
  /** The folder that git was started in, relative to the top; empty at the top. */
  readonly prefix: string;
}

/**
 * Finds the commit that a person names: a branch, a tag, `HEAD~3`, or `main...` for the commit where
 * this branch left `main`.
 *
 * @throws LlmDoError `usage` outside of a repository, and for what names no commit
 */
export async function findRevision(name: string, git: Git): Promise<Revision> {
  checkName(name);
  const place = await git.ask(["rev-parse", "--show-toplevel", "--show-prefix"]);
  const [top = "", prefix = ""] = place.stdout.split("\n");
  if (place.exitCode !== 0 || top === "") throw notInRepository(git.folder, place.problem);
  const commit = await commitOf(name, git);
  const log = await git.must(["log", "-1", "--no-show-signature", "--format=%h%x00%s", commit], {
    verb: "read",
    what: name,
  });
  const [short = commit.slice(0, 7), subject = ""] = log.trimEnd().split("\0");
  return { name, commit, short, subject, top, prefix: prefix.replace(/\/$/, "") };
}

/** @throws LlmDoError `usage` for what git would take for a flag or a range */
function checkName(name: string): void {
  if (name.trim() === "") throw wrong(name, "no revision is named", ["llm-do test --against main"]);
  if (name.startsWith("-")) {
    const tries = ["name a branch, a tag or a commit: llm-do test --against main"];
    throw wrong(name, "a revision does not begin with a dash", tries);
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: git's names have none
  if (/[\u0000-\u001f\u007f]/.test(name)) {
    throw wrong(name, "a revision has no control characters", ["git branch --all"]);
  }
  if (/(?:^|[^.])\.\.(?:[^.]|$)/.test(name)) {
    const [from = ""] = name.split("..");
    const tries = [
      `compare with one commit: --against ${shellQuote(from || "HEAD")}`,
      `or with where this branch left it: --against ${shellQuote(`${from || "main"}...`)}`,
    ];
    throw wrong(name, "it names a range, and one commit is compared with", tries);
  }
}

async function commitOf(name: string, git: Git): Promise<string> {
  const [left = "", right, ...more] = name.split("...");
  if (right === undefined || more.length > 0) return await singleCommit(name, git);
  const [from, to] = [left || "HEAD", right || "HEAD"];
  const commits = [await singleCommit(from, git), await singleCommit(to, git)];
  const { exitCode, stdout } = await git.ask(["merge-base", ...commits]);
  const [base = ""] = stdout.split("\n");
  if (exitCode === 0 && base !== "") return base;
  throw wrong(name, `${from} and ${to} have no commit in common here`, [
    ...(await deeper(git)),
    `compare with it as it is: --against ${shellQuote(from)}`,
  ]);
}

async function singleCommit(name: string, git: Git): Promise<string> {
  const words = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`];
  const { exitCode, stdout } = await git.ask(words);
  const commit = stdout.trim().split("\n").at(-1) ?? "";
  if (exitCode === 0 && /^[0-9a-f]{40,64}$/.test(commit)) return commit;
  throw await unknown(name, git);
}

async function unknown(name: string, git: Git): Promise<LlmDoError> {
  const words = [
    "for-each-ref",
    "--format=%(refname:short)",
    "refs/heads",
    "refs/tags",
    "refs/remotes",
  ];
  const known = (await git.ask(words)).stdout.split("\n").filter((ref) => ref !== "");
  if (
    known.length === 0 &&
    (await git.ask(["rev-parse", "--verify", "--quiet", "HEAD"])).exitCode
  ) {
    return wrong(name, "this repository has no commits yet", ["git commit first"]);
  }
  const near = nearest(name, known) ?? known.find((ref) => ref.endsWith(`/${name}`));
  return wrong(name, "this repository has no such commit", [
    ...(near === undefined ? [] : [`llm-do test --against ${shellQuote(near)}`]),
    isPlainName(name)
      ? `fetch it first: git fetch origin ${shellQuote(name)}, then --against FETCH_HEAD`
      : "git log --oneline",
    ...(await deeper(git)),
  ]);
}

/** A name that a server may know, unlike `HEAD~3` and `@{u}`. */
function isPlainName(name: string): boolean {
  return /^[\w./-]+$/.test(name) && !/^HEAD\b/.test(name);
}

/** What to do where the history was cut off, as CI does. */
async function deeper(git: Git): Promise<readonly string[]> {
  const { stdout } = await git.ask(["rev-parse", "--is-shallow-repository"]);
  if (stdout.trim() !== "true") return [];
  return ["this clone is shallow: git fetch --unshallow (fetch-depth: 0 in GitHub Actions)"];
}

function notInRepository(folder: string, problem: string): LlmDoError {
  const isPlain = problem === "" || /not a git repository/.test(problem);
  return new LlmDoError({
    code: "usage",
    verb: "compare",
    what: folder,
    reason: isPlain ? "it is not in the work tree of a git repository" : `git says: ${problem}`,
    tries: ["change to a folder of the repository", "git init && git add . && git commit"],
  });
}

function wrong(what: string, reason: string, tries: readonly string[]): LlmDoError {
  return new LlmDoError({ code: "usage", verb: "find", what, reason, tries });
}
