export type { PerformedEffect } from "../cassette/session/effect-policy.ts";
export type {
  LlmDoError as RunError,
  LlmDoErrorOf as RunErrorOf,
} from "../errors/llm-do-error.ts";
export type { CheckedInput } from "../functions/function-types.ts";
export type { Comparator } from "../hardening/agree/comparator.ts";
export { readComparator } from "../hardening/agree/read-comparator.ts";
export type { AgreementSettings } from "../hardening/compare/agreement.ts";
export {
  type Agreement,
  type AgreementDisagreement,
  type AgreementOfPairs,
  type AgreementOfTool,
  agreement,
} from "../hardening/compare/agreement.ts";
export type { Counted, Noise } from "../hardening/compare/run/figures.ts";
export type { ScriptTransport } from "../providers/script/script.ts";
export type {
  ScriptEnding,
  ScriptFailure,
  ScriptItem,
  ScriptStep,
  ScriptWhen,
} from "../providers/script/script-item.ts";
export type { Tally as AgreementTally } from "../statistics/clopper-pearson.ts";
export type { PairedVerdict } from "../statistics/paired.ts";
export type { Double, Doubles } from "./api/doubles.ts";
export {
  type EntryOutput,
  type RunTestRequest,
  runTest,
  type TypedRequest,
} from "./api/run-test.ts";
export { type RunToolOptions, runTool, type ToolDouble } from "./api/run-tool.ts";
export type { ScriptedAnswer, ScriptedPart } from "./api/scripted-transport.ts";
export { type AskedRequest, ScriptedTransport } from "./api/scripted-transport.ts";
export type { TestCassette, TestOptions, TestRun } from "./api/test-options.ts";
export { toolsetOf } from "./api/toolset-of.ts";
export type { CallRecord, CaseRun } from "./run/case-run.ts";
export { callsOf } from "./run/case-run.ts";
export type { Failure, FailureKind } from "./run/failure.ts";
export type { RunFunctions } from "./run/known-functions.ts";
