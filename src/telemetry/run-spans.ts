import {
  type Attributes,
  type Context,
  context,
  type Span,
  SpanKind,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { canonicalJson } from "../model/canonical.ts";
import type { AnswerPart } from "../model/message.ts";
import type { ModelTransport } from "../model/transport.ts";
import type { Project } from "../project/project.ts";
import type { RunEvent } from "../runtime/state/run-event.ts";
import { attributes, failSpan, usageAttributes } from "./attributes.ts";
import { watchChats } from "./chat-spans.ts";
import type { Content } from "./content.ts";

interface Tracing {
  readonly tracer: Tracer;
  readonly project: Project;
  /** Undefined where spans do not hold what was said. */
  readonly content: Content | undefined;
  readonly nowMs: () => number;
  /** What the run's first span stands below. */
  readonly parent: Context;
}

type EventOf<Kind extends RunEvent["kind"]> = Extract<RunEvent, { kind: Kind }>;

/** The spans of one run, made from its events: one tree, the entry's call at its root. */
export class RunSpans {
  readonly root: Span;
  readonly #tracing: Tracing;
  /** Of calls that go on, by their ids. */
  readonly #calls = new Map<string, Span>();
  /** Of questions that nobody has answered yet, by their ids. */
  readonly #questions = new Map<string, Span>();
  /** Ids of calls that a model asked for and that have not begun, by caller, name and input. */
  readonly #askedIds = new Map<string, string[]>();
  readonly #denied = new Set<string>();

  constructor(tracing: Tracing) {
    this.#tracing = tracing;
    const { entry } = tracing.project;
    const isWorker = entry.kind === "worker";
    const operation = isWorker ? "invoke_agent" : "invoke_workflow";
    this.root = this.#start(`${operation} ${entry.name}`, tracing.parent, {
      ...attributes({ operation, callId: entry.name }),
      ...attributes(isWorker ? { agent: entry.name } : { workflow: entry.name }),
    });
    this.#calls.set(entry.name, this.root);
  }

  /** Takes note of what happens in the run. */
  take(event: RunEvent): void {
    switch (event.kind) {
      case "run-start":
        this.root.setAttributes(attributes({ runId: event.runId }));
        break;
      case "model-response":
        this.#noteAsked(event.callId, event.parts);
        break;
      case "tool-call":
        this.#beginCall(event);
        break;
      case "tool-result":
        this.#endCall(event);
        break;
      case "approval-request":
        this.#ask(event);
        break;
      case "approval-decision":
        this.#decide(event);
        break;
      case "call-end":
        this.#noteUsage(event);
        break;
      default: // says nothing that a span has
    }
  }

  /** Does a call's work with its span as the active one. */
  within<T>(callId: string, work: () => T): T {
    return context.with(this.#contextOf(callId), work);
  }

  /** A transport that has a span for each request. */
  watching(inner: ModelTransport): ModelTransport {
    return watchChats(inner, {
      ...this.#tracing,
      contextOf: (callId) => this.#contextOf(callId),
      onModel: (callId, model) => {
        this.#calls.get(callId)?.setAttributes(attributes(model));
      },
    });
  }

  /** Ends the run's span, with those that are left: what they are about goes on no longer. */
  end(): void {
    for (const span of [...this.#questions.values(), ...this.#calls.values()].reverse()) {
      if (span !== this.root) failSpan(span, "aborted");
      span.end();
    }
  }

  #beginCall({ callId, tool, target, input }: EventOf<"tool-call">): void {
    const id = target ?? unmade(callId, tool);
    const toolCallId = this.#askedIds.get(askedKey(callId, tool, input))?.shift();
    const isWorker = this.#isWorker(tool);
    const operation = isWorker ? "invoke_agent" : "execute_tool";
    const named = isWorker ? { agent: tool } : { tool, toolType: "function" };
    const span = this.#start(`${operation} ${tool}`, this.#contextOf(callId), {
      ...attributes({ operation, ...named, toolCallId, callId: target }),
      ...attributes({ arguments: isWorker ? undefined : this.#tracing.content?.value(input) }),
    });
    this.#calls.set(id, span);
  }

  #endCall({ callId, tool, target, output, isError }: EventOf<"tool-result">): void {
    const id = target ?? unmade(callId, tool);
    const span = this.#calls.get(id);
    if (!span) return;
    this.#calls.delete(id);
    if (isError) failSpan(span, this.#denied.delete(id) ? "denied" : "tool_error");
    else if (!this.#isWorker(tool)) {
      span.setAttributes(attributes({ result: this.#tracing.content?.value(output) }));
    }
    span.end();
  }

  #ask({ id, tool, target }: EventOf<"approval-request">): void {
    const span = this.#start(`approve ${tool}`, this.#contextOf(target), attributes({ tool }));
    this.#questions.set(id, span);
  }

  #decide({ id, target, allowed, by }: EventOf<"approval-decision">): void {
    const decided = attributes({ approvalAllowed: allowed, approvalBy: by });
    if (!allowed) this.#denied.add(target);
    const span = this.#questions.get(id);
    this.#questions.delete(id);
    if (span) span.setAttributes(decided).end();
    else this.#calls.get(target)?.addEvent("llm_do.approval", decided);
  }

  #noteAsked(callId: string, parts: readonly AnswerPart[]): void {
    for (const part of parts) {
      if (part.kind !== "tool-call") continue;
      const key = askedKey(callId, part.name, part.invalidInput ?? part.input);
      this.#askedIds.set(key, [...(this.#askedIds.get(key) ?? []), part.id]);
    }
  }

  #noteUsage({ callId, function: name, usage }: EventOf<"call-end">): void {
    if (this.#isWorker(name)) this.#calls.get(callId)?.setAttributes(usageAttributes(usage));
  }

  #isWorker(name: string): boolean {
    return this.#tracing.project.space.get(name)?.kind === "worker";
  }

  #contextOf(callId: string): Context {
    return trace.setSpan(this.#tracing.parent, this.#calls.get(callId) ?? this.root);
  }

  #start(name: string, parent: Context, attributes: Attributes): Span {
    return this.#tracing.tracer.startSpan(name, { kind: SpanKind.INTERNAL, attributes }, parent);
  }
}

/** Stands for the id of a call that a model asked for and that cannot be made. */
function unmade(callId: string, tool: string): string {
  return `${callId} ${tool}`;
}

function askedKey(callId: string, tool: string, input: Parameters<typeof canonicalJson>[0]) {
  return `${callId} ${tool} ${canonicalJson(input)}`;
}
