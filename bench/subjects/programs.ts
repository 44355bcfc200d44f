import { join } from "node:path";
import { openProject } from "../../src/api/open-project.ts";
import type { ModelEvent } from "../../src/model/event.ts";
import type { ModelTransport } from "../../src/model/transport.ts";
import type { ProgramsQuestion } from "../programs-question.ts";
import { serve } from "../serve.ts";

const repository = join(import.meta.dirname, "../..");
const project = await openProject({ files: [join(repository, "examples/greeter/main.worker")] });
const usage = { inputTokens: 1, outputTokens: 1 };
const whole: ModelEvent = { kind: "part", part: { kind: "text", text: "Hello." } };

/** What runs of an open project and the reading of their events take, in milliseconds. */
serve(async (question: ProgramsQuestion): Promise<number> => {
  const startMs = performance.now();
  if (question.kind === "run") {
    const transport = saying([whole]);
    for (let run = 0; run < question.runs; run++) await project.run({ input: "Hi", transport });
    return (performance.now() - startMs) / question.runs;
  }
  let seen = 0;
  const transport = saying(deltas(question.deltas));
  if (question.kind === "callback") {
    await project.run({ input: "Hi", transport, onEvent: () => void seen++ });
  } else {
    for await (const _event of project.start({ input: "Hi", transport })) seen++;
  }
  if (seen < question.deltas) throw new Error(`${seen} of ${question.deltas} deltas were seen`);
  return performance.now() - startMs;
});

function saying(events: Iterable<ModelEvent>): ModelTransport {
  return {
    async *stream() {
      yield* events;
      yield { kind: "end", stop: "end", usage, source: "script" };
    },
  };
}

function deltas(count: number): Iterable<ModelEvent> {
  return {
    *[Symbol.iterator]() {
      const delta: ModelEvent = { kind: "text-delta", text: "word " };
      for (let index = 0; index < count; index++) yield delta;
      yield whole;
    },
  };
}
