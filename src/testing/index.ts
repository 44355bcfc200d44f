export { callsOf } from "./api/calls-of.ts";
export type { Double, Doubles } from "./api/doubles.ts";
export { type RunTestRequest, runTest } from "./api/run-test.ts";
export { type RunToolOptions, runTool, type ToolDouble } from "./api/run-tool.ts";
export type { ScriptedAnswer, ScriptedPart } from "./api/scripted-answer.ts";
export { type AskedRequest, ScriptedTransport } from "./api/scripted-transport.ts";
export type { TestCassette, TestOptions, TestRun } from "./api/test-options.ts";
export type { CallRecord } from "./run/call-log.ts";
export type { CaseRun } from "./run/case-run.ts";
