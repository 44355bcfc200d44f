import { afterAll, describe, expect, test } from "vitest";
import { typeCheckedFolder } from "../support/type-checked-folder.ts";

describe("what TypeScript knows of errors", () => {
  const folder = typeCheckedFolder({
    paths: { "llm-do": ["../../dist/types/index.d.ts"] },
    skipLibCheck: false,
  });
  afterAll(() => folder[Symbol.dispose]());

  /** What the compiler says of these lines, in which `error` was thrown, as `line: code`. */
  function diagnosticsOf(...lines: readonly string[]): readonly string[] {
    const head = 'import { isLlmDoError, LlmDoError, type LlmDoErrorOf } from "llm-do";\n';
    const unused = "export { isLlmDoError, LlmDoError, type LlmDoErrorOf };\n";
    const body = lines.map((line) => `  ${line}\n`).join("");
    folder.write("body.ts", `${head}${unused}export function look(error: unknown) {\n${body}}\n`);
    return folder.diagnostics().map(({ line, code }) => `${line - 3}: ${code}`);
  }

  test("a code narrows an error to the fields of this code", () => {
    const said = diagnosticsOf(
      'if (isLlmDoError(error) && error.code === "provider") return error.status?.toFixed();',
      'if (isLlmDoError(error, "provider")) return [error.retryable ? 1 : 0, error.retryAfterMs?.toFixed(), error.type?.trim()];',
      'if (error instanceof LlmDoError && error.code === "provider") return error.retryable;',
      'if (!isLlmDoError(error)) throw error; else if (error.code === "limit") return error.exitCode;',
      "const again: LlmDoError = error;",
      'return again.code === "provider" ? again.status : again.report();',
    );
    expect(said).toEqual([]);
  });

  test("no code, or another one, has none of these fields", () => {
    const said = diagnosticsOf(
      "if (isLlmDoError(error)) return error.status;",
      'if (isLlmDoError(error, "limit")) return error.retryable;',
      'if (isLlmDoError(error) && error.code !== "provider") return error.type;',
      'if (isLlmDoError(error, "provders")) return 1;',
      "return 0;",
    );
    expect(said).toEqual(["1: TS2339", "2: TS2339", "3: TS2339", "4: TS2345"]);
  });

  test("each code with fields of its own narrows to them", () => {
    const said = diagnosticsOf(
      'if (isLlmDoError(error, "limit")) return [error.limit === "maxUsd", error.used?.toFixed(), error.most.toFixed(), error.call.trim()];',
      'if (isLlmDoError(error, "approval-needed")) return [error.tool.trim(), error.input, error.chain.length, error.file.trim(), error.rule["toolsets"]];',
      'if (isLlmDoError(error, "cassette-miss")) return [error.call?.trim(), error.cause === "instructions", error.differsAt?.trim()];',
      'if (isLlmDoError(error, "aborted")) return [error.reason.trim(), error.cause];',
      'if (isLlmDoError(error, "limit")) return error.limit === "maxCall";',
      'if (isLlmDoError(error) && error.code === "cassette-miss") return error.cause === "prompt";',
      "return 0;",
    );
    expect(said).toEqual(["5: TS2367", "6: TS2367"]);
  });

  test("what is no error is left when errors are taken away", () => {
    const said = diagnosticsOf(
      'const either: LlmDoError | { readonly text: string } = Date.now() > 0 ? { text: "x" } : (error as LlmDoError);',
      "return isLlmDoError(either) ? either.reason : either.text;",
    );
    expect(said).toEqual([]);
  });

  test("an error of a provider is made with its fields, every other one without", () => {
    const text = 'verb: "ask", what: "a:b", reason: "busy"';
    const fields = "status: 503, type: undefined, retryable: true, retryAfterMs: undefined";
    const said = diagnosticsOf(
      `const whole: LlmDoErrorOf<"provider"> | LlmDoError = new LlmDoError({ code: "provider", ${text}, ${fields} });`,
      `const plain = new LlmDoError({ code: "call", ${text} });`,
      `const bare = new LlmDoError({ code: "provider", ${text} });`,
      "return [whole, plain, bare, error];",
    );
    expect(said).toEqual(["3: TS2345"]);
  });
});
