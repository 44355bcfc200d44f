import { registerMatchers } from "./matchers.ts";

export { type LlmDoFixtures, test } from "./fixtures.ts";
export type { Llm, LlmRequest } from "./llm-runs.ts";
export type {
  ExpectedCalls,
  ExpectedFailure,
  ExpectedServings,
  ExpectedUsage,
} from "./matcher-types.ts";

registerMatchers();
