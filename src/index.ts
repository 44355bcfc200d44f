export { openCassette } from "./api/cassette/open-cassette.ts";
export type {
  Cassette,
  CassetteChoice,
  OpenCassetteOptions,
} from "./api/cassette/opened-cassette.ts";
export type { Chat, ChatOptions } from "./api/chat.ts";
export type { AnswerSoFar } from "./api/handle/answer-text.ts";
export type { EventStreamInit } from "./api/handle/event-stream.ts";
export type { RunHandle } from "./api/handle/run-handle.ts";
export { isLlmDoError, LlmDoError, type LlmDoErrorOf } from "./api/llm-do-error.ts";
export type { MapItem, MapRequest } from "./api/map.ts";
export { openProject, run, start } from "./api/open-project.ts";
export type { FunctionInfo, OpenProject, OpenProjectOptions } from "./api/opened-project.ts";
export type { FailedRun, RunReport } from "./api/run-report.ts";
export type { ProjectRunRequest, RunRequest } from "./api/run-request.ts";
export type {
  EntryRequest,
  NameOf,
  PlainRequest,
  WorkerRequest,
  WorkerRunRequest,
} from "./api/typed-request.ts";
export type {
  Admission,
  ApprovalRequest,
  Preview,
  PreviewedFile,
  ToolChange,
  ToolDescription,
} from "./approval/approval-request.ts";
export type { ApprovalPolicy } from "./approval/askers.ts";
export type { ApprovalRule, Asker, AskOptions } from "./approval/decide.ts";
export type { Answer, Decision } from "./approval/decision.ts";
export type { CassetteMode } from "./cassette/state/session-state.ts";
export type { Summary, Tally as SummaryTally } from "./cassette/state/summary.ts";
export type {
  AbortedErrorFields,
  ApprovalNeededFields,
  ErrorFieldsByCode,
  LimitErrorFields,
  LimitName,
  MissCause,
  MissErrorFields,
  ProviderErrorFields,
} from "./errors/codes.ts";
export { ERROR_EXIT_CODES, type ErrorCode, EXIT, type ExitCode } from "./errors/codes.ts";
export type {
  Advice,
  CodedError,
  ErrorText,
  LlmDoErrorInit,
  PlainErrorCode,
} from "./errors/llm-do-error.ts";
export type { Place } from "./errors/place.ts";
export type { AnswerMode, CodeMode } from "./functions/answer-mode.ts";
export type { CallContext } from "./functions/call-context.ts";
export {
  type Domain,
  type DomainSpec,
  domain,
  type FastCheckLibrary,
  type HardenedAnswer,
} from "./functions/domain.ts";
export type {
  CallableWorker,
  CalledWith,
  CallGives,
  FunctionInput,
  FunctionName,
  FunctionOutput,
  FunctionTypes,
  TextOr,
} from "./functions/function-types.ts";
export type { AttachedBytes, AttachedUrl, AttachmentInput } from "./functions/given-attachments.ts";
export { type Hardened, type HardenedSpec, hardened } from "./functions/hardened.ts";
export type { InputOf, OutputOf, Schema } from "./functions/schema.ts";
export { type ListedTemplates, listedTemplates } from "./functions/templates/listed-templates.ts";
export type { TemplateList } from "./functions/templates/template-list.ts";
export type { Admitted, ToolOutput } from "./functions/tool.ts";
export { type Effect, type Tool, type ToolSpec, tool } from "./functions/tool.ts";
export type { BrandedToolsetFactory, ToolGroup } from "./functions/toolset.ts";
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
export type {
  AppendFile,
  EntryKind,
  FileStat,
  FileSystem,
  ScratchFolders,
} from "./host/files/file-system.ts";
export type {
  Boot as MachineBoot,
  CapturedOutput,
  Clock as HostClock,
  Environment as HostEnvironment,
  Host,
  Input as HostInput,
  Machine,
  Output as HostOutput,
  PipedProcess,
  PipedProcesses,
  PipedRequest,
  ProcessEnd,
  Processes,
  ProcessRequest,
} from "./host/host.ts";
export { nodeHost } from "./host/node-host.ts";
export type { AnswerEnd, AnswerSource, ModelEvent, StopReason } from "./model/event.ts";
export type { AsJson, Frozen, Json, JsonObject, JsonSchema, Widened } from "./model/json.ts";
export type {
  AnswerPart,
  AnswerTextPart,
  AssistantMessage,
  Attachment,
  BytesAttachment,
  ContentPart,
  Message,
  OpaquePart,
  ProviderExtra,
  TextPart,
  ThinkingPart,
  ToolCallPart,
  ToolMessage,
  UrlAttachment,
  UserMessage,
} from "./model/message.ts";
export type {
  ModelRequest,
  ModelSettings,
  ServerTool,
  ServerToolType,
  Thinking,
  ToolChoice,
  ToolDefinition,
} from "./model/request.ts";
export type { CacheLifetime, Caller, ModelTransport, StreamOptions } from "./model/transport.ts";
export type { Usage } from "./model/usage.ts";
export type { CheckReport } from "./project/check/check-project.ts";
export type { Finding, Note } from "./project/check/findings.ts";
export type { EventBase, RunEvent, RunEventBody } from "./runtime/state/run-event.ts";
export type { CallReport, ModelUsage, RunFacts } from "./runtime/state/run-record.ts";
export type { Asking } from "./runtime/state/run-state.ts";
export type { AnswerDifference } from "./runtime/state/watch.ts";
export type { Telemetry, TelemetryOptions } from "./telemetry/telemetry-options.ts";
export type { TerminalCommand } from "./words/printable.ts";
export type { WorkerLimits } from "./worker/limits.ts";
export type { WorkerSettings } from "./worker/settings.ts";
