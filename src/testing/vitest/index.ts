import { watchTestRuns } from "../api/watched-promise.ts";
import { failWhenForgotten } from "./fixtures/forgotten-runs.ts";
import { registerMatchers } from "./matchers/matchers.ts";

export { type LlmDoFixtures, test } from "./fixtures/fixtures.ts";
export type { Llm, LlmRequest } from "./fixtures/llm-runs.ts";
export type {
  ExpectedCalls,
  ExpectedFailure,
  ExpectedServings,
  ExpectedUsage,
} from "./matchers/matcher-types.ts";

registerMatchers();
watchTestRuns(failWhenForgotten);
