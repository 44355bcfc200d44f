import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formatTemplates } from "../../src/functions/templates/template-file.ts";
import { minedFile } from "../../src/hardening/recordings/templates/templates-of.ts";
import { loadDomain } from "../../src/project/lock/code-reference.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { writeFiles } from "../support/project.ts";

const REFERENCE = "hardening/w/templates.json";

describe("a file of templates as a domain", () => {
  test("is a guard that lists its templates", async () => {
    using folder = temporaryFolder();
    const inputs = ["Re: Lunch", "Re: Dinner"].map((input) => ({ input }));
    const mined = minedFile(
      "w",
      inputs.map((input) => ({ input, outputs: ["ok"] })),
    );
    writeFiles(folder.path, { [REFERENCE]: formatTemplates(mined) });
    const host = testHost({ cwd: folder.path });
    const guard = await loadDomain(REFERENCE, { folder: folder.path, place: undefined, host });
    expect(guard.accepts({ input: "Re: Tea" })).toBe(true);
    expect(guard.accepts({ input: "Fw: Tea" })).toBe("no template fits it");
    expect(guard.check({}, "no way")).toBe("no answer had its template");
    expect(guard.templates?.size).toBe(1);
  });

  test("is missed, or refused, with its path", async () => {
    using folder = temporaryFolder();
    const host = testHost({ cwd: folder.path });
    const scope = { folder: folder.path, place: { file: join(folder.path, "llm-do.lock") }, host };
    await expect(loadDomain(REFERENCE, scope)).rejects.toThrow(`there is no file ${REFERENCE}`);
    writeFiles(folder.path, { [REFERENCE]: '{"templates":7}' });
    await expect(loadDomain(REFERENCE, scope)).rejects.toThrow("its format is 7, and not 2");
  });
});
