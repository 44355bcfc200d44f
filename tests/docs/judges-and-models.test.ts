import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { neededForClaim } from "../../src/certificate/needed.ts";
import { JUDGE } from "../../src/testing/cases/file/judge-expectation.ts";
import {
  DEFAULT_CLAIM,
  LEAST_KAPPA,
  LEAST_OF_EACH,
} from "../../src/testing/cases/judge/calibration.ts";
import { modelsTable } from "../../src/testing/models/models-text.ts";
import { repository } from "../support/cli.ts";
import { rowsOf } from "../support/described.ts";
import { rowsBelow, tableBelow } from "../support/reference-table.ts";

const read = (page: string) => readFileSync(resolve(repository, page), "utf8");
const judges = read("docs/testing/judges.md");
const models = read("docs/testing/models.md");

test("docs/testing/judges.md lists the keys of a judge, and what they must be", () => {
  expect(rowsBelow(judges, "## Add a judge to a case")).toEqual(rowsOf(JUDGE));
});

test("docs/testing/judges.md says when a judge counts as the code does", () => {
  const [none, one] = [0, 1].map((wrong) => neededForClaim(DEFAULT_CLAIM, wrong, 0.05));
  expect(judges).toContain(`at least ${DEFAULT_CLAIM * 100} % of its verdicts agree`);
  expect(judges).toContain(`takes ${none} labels that all agree, or ${one} with one that does not`);
  expect(judges).toContain(`at least ${LEAST_OF_EACH} labels of each kind`);
  expect(judges).toContain(`is at least ${LEAST_KAPPA}.`);
});

test("docs/testing/models.md explains the columns of the table", () => {
  const explained = tableBelow(models, "# Choose a model").map(([column]) => column);
  // The first and the last speak for themselves.
  const columns = modelsTable([]).columns.map(({ name }) => name);
  expect(explained).toEqual(columns.slice(1, -1));
});
