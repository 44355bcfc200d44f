export {
  type Cassette,
  type CassetteChoice,
  type OpenCassetteOptions,
  openCassette,
} from "./api/cassette/open-cassette.ts";
export type { Chat, ChatOptions } from "./api/chat.ts";
export type { AnswerSoFar } from "./api/handle/answer-text.ts";
export type { EventStreamInit } from "./api/handle/event-stream.ts";
export type { RunHandle } from "./api/handle/run-handle.ts";
export { isLlmDoError, LlmDoError, type LlmDoErrorOf } from "./api/llm-do-error.ts";
export type { MapItem, MapRequest } from "./api/map.ts";
export {
  type FunctionInfo,
  type OpenProject,
  type OpenProjectOptions,
  openProject,
  run,
  start,
} from "./api/open-project.ts";
export type { FailedRun, RunReport } from "./api/run-report.ts";
export type { ProjectRunRequest, RunRequest } from "./api/run-request.ts";
export type { ApprovalRequest } from "./approval/approval-request.ts";
export type { ApprovalPolicy } from "./approval/askers.ts";
export type { Asker, AskOptions } from "./approval/decide.ts";
export type { Answer, Decision } from "./approval/decision.ts";
export type { Ledger as Summary } from "./cassette/state/ledger.ts";
export type { CassetteMode } from "./cassette/state/session-state.ts";
export type {
  AbortedErrorFields,
  ApprovalNeededFields,
  LimitErrorFields,
  LimitName,
  MissCause,
  MissErrorFields,
  ProviderErrorFields,
} from "./errors/codes.ts";
export { ERROR_EXIT_CODES, type ErrorCode, EXIT, type ExitCode } from "./errors/codes.ts";
export type { Advice, LlmDoErrorInit } from "./errors/llm-do-error.ts";
export type { Place } from "./errors/place.ts";
export type { AnswerMode } from "./functions/answer-mode.ts";
export type { CallContext } from "./functions/call-context.ts";
export {
  type Domain,
  type DomainSpec,
  domain,
  type FastCheckLibrary,
  type HardenedAnswer,
} from "./functions/domain.ts";
export type { FunctionName, FunctionTypes } from "./functions/function-types.ts";
export type { AttachedBytes, AttachedUrl, AttachmentInput } from "./functions/given-attachments.ts";
export { type Hardened, type HardenedSpec, hardened } from "./functions/hardened.ts";
export type { Schema } from "./functions/schema.ts";
export { type Effect, type Tool, type ToolSpec, tool } from "./functions/tool.ts";
export {
  type Toolset,
  type ToolsetFactory,
  type ToolsetPlace,
  toolset,
} from "./functions/toolset.ts";
export {
  type ToolsetUse,
  type ToolsetValue,
  type Worker,
  type WorkerGives,
  type WorkerSpec,
  type WorkerTakes,
  worker,
} from "./functions/worker.ts";
export type { WorkerInput } from "./functions/worker-input.ts";
export { agrees } from "./hardening/agree/agrees.ts";
export { type ShapedLike, shapedLike } from "./hardening/recordings/shaped-like.ts";
export type { Host } from "./host/host.ts";
export { nodeHost } from "./host/node-host.ts";
export type { AnswerSource, ModelEvent, StopReason } from "./model/event.ts";
export type { Json, JsonObject, JsonSchema } from "./model/json.ts";
export type { AnswerPart, Attachment, ContentPart, Message } from "./model/message.ts";
export type {
  ModelRequest,
  ModelSettings,
  ServerTool,
  ToolChoice,
  ToolDefinition,
} from "./model/request.ts";
export type { CacheLifetime, Caller, ModelTransport, StreamOptions } from "./model/transport.ts";
export type { Usage } from "./model/usage.ts";
export type { CheckReport } from "./project/check/check-project.ts";
export type { Finding, Note } from "./project/check/findings.ts";
export type { RunEvent } from "./runtime/state/run-event.ts";
export type { CallReport, ModelUsage } from "./runtime/state/run-record.ts";
export type { Asking } from "./runtime/state/run-state.ts";
export type { WorkerLimits } from "./worker/limits.ts";
