import { Validator } from "@cfworker/json-schema";
import { expect, test } from "vitest";
import { frontMatterSchema } from "../../src/project/front-matter-schema.ts";
import { TOOLSET_FORMATS } from "../../src/toolsets/config-formats.ts";

const validator = new Validator(frontMatterSchema(TOOLSET_FORMATS), "2020-12");

const APPROVED = { _approval_config: { read: { pre_approved: true } } };

test.each([
  { shell: { rules: [{ pattern: "ls" }], ...APPROVED } },
  { mcp: { command: "a", ...APPROVED } },
  { mcp: { files: { command: "a", ...APPROVED }, ...APPROVED } },
  { workers: { folder: "made", toolsets: { shell: { sandbox: "workspace" } }, ...APPROVED } },
  { filesystem: null, mine: { anything: [1] } },
])("the schema of front matter takes %j", (toolsets) => {
  expect(validator.validate({ toolsets }).errors).toEqual([]);
});

test.each([
  { shell: { rules: [{ patern: "ls" }] } },
  { filesystem: { base: "a" } },
  { mcp: { command: "a", arg: [] } },
  { workers: { toolsets: { shell: { rule: [] } } } },
])("and refuses a misspelt key: %j", (toolsets) => {
  expect(validator.validate({ toolsets }).valid).toBe(false);
});
