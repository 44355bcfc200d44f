import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { repository } from "./cli.ts";

/** What the compiler says of a line. */
interface Diagnostic {
  /** The file's name. */
  readonly file: string;
  readonly line: number;
  /** `TS2345` */
  readonly code: string;
  readonly message: string;
}

export interface TypeCheckedFolder extends Disposable {
  write(name: string, text: string): void;
  diagnostics(): readonly Diagnostic[];
}

/**
 * A folder that the compiler checks with the repository's own settings. It is inside the repository,
 * so that packages are what a reader would get.
 *
 * @param compilerOptions beside those; paths are relative to a folder two below the repository
 */
export function typeCheckedFolder(compilerOptions: object): TypeCheckedFolder {
  mkdirSync(resolve(repository, ".llm-do"), { recursive: true });
  const folder = mkdtempSync(resolve(repository, ".llm-do/types-"));
  const tsc = resolve(fileURLToPath(import.meta.resolve("typescript/package.json")), "../bin/tsc");
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const config = { extends: "../../tsconfig.json", compilerOptions, include: ["*.ts"] };
  write("tsconfig.json", JSON.stringify(config));
  return {
    write,
    diagnostics: () => diagnosticsOf([tsc, "-p", folder, "--pretty", "false"]),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const DIAGNOSTIC = /^(\S.*?)\((\d+),\d+\): error (TS\d+): (.*)$/gm;

function diagnosticsOf(words: readonly string[]): readonly Diagnostic[] {
  try {
    execFileSync(process.execPath, words, { encoding: "utf8" });
    return [];
  } catch (error) {
    const { stdout } = error as { stdout: string }; // execFileSync with an encoding
    return [...stdout.matchAll(DIAGNOSTIC)].map(([, path = "", line, code = "", message = ""]) => ({
      file: path.split("/").at(-1) ?? path,
      line: Number(line),
      code,
      message,
    }));
  }
}
