export { readComparator } from "../hardening/agree/read-comparator.ts";
export {
  type Agreement,
  type AgreementDisagreement,
  type AgreementOfPairs,
  type AgreementOfTool,
  agreement,
} from "../hardening/compare/agreement.ts";
export type { Double, Doubles } from "./api/doubles.ts";
export { type RunTestRequest, runTest } from "./api/run-test.ts";
export { type RunToolOptions, runTool, type ToolDouble } from "./api/run-tool.ts";
export type { ScriptedAnswer, ScriptedPart } from "./api/scripted-transport.ts";
export { type AskedRequest, ScriptedTransport } from "./api/scripted-transport.ts";
export type { TestCassette, TestOptions, TestRun } from "./api/test-options.ts";
export { toolsetOf } from "./api/toolset-of.ts";
export type { CallRecord, CaseRun } from "./run/case-run.ts";
export { callsOf } from "./run/case-run.ts";
export type { RunFunctions } from "./run/known-functions.ts";
