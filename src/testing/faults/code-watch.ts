import type { ToolFunction } from "../../functions/llm-function.ts";
import type { Clock } from "../../host/host.ts";
import type { Project } from "../../project/project.ts";
import { changeProject } from "../mutate/changed-project.ts";

/** How long code may go on after its run has ended. */
const GRACE_MS = 1000;

/** Watches the code of tools: what it throws, and whether it ends. */
export class CodeWatch {
  readonly #open = new Map<Promise<unknown>, string>();
  readonly #onRun: (index: number) => void;
  #problem: string | undefined;
  #runs = 0;

  /** @param onRun told when code began to run, the how manieth from 0 */
  constructor(onRun: (index: number) => void = () => undefined) {
    this.#onRun = onRun;
  }

  /** How often code ran. */
  get runs(): number {
    return this.#runs;
  }

  readonly watched = (project: Project): Project =>
    changeProject(project, { tool: (tool) => this.#watchedTool(tool) });

  /**
   * Waits for code that still runs, for a second at most.
   *
   * @returns what is wrong with the code that ran, if anything
   */
  async settle(clock: Clock): Promise<string | undefined> {
    const stop = new AbortController();
    const grace = clock.sleep(GRACE_MS, stop.signal).catch(() => undefined);
    await Promise.race([Promise.allSettled(this.#open.keys()), grace]);
    stop.abort();
    const [hanging] = this.#open.values();
    if (hanging === undefined) return this.#problem;
    return `the code of ${hanging} goes on ${GRACE_MS / 1000} s after the run has ended: it must end when ctx.signal aborts`;
  }

  #watchedTool(target: ToolFunction): ToolFunction {
    const { name, tool } = target;
    const run: typeof tool.run = (input, ctx) => {
      const running = this.#watch(name, async () => tool.run(input, ctx));
      this.#onRun(this.#runs++);
      return running;
    };
    return { ...target, tool: { ...tool, run } };
  }

  #watch(name: string, work: () => Promise<unknown>): Promise<unknown> {
    const running = work();
    this.#open.set(running, name);
    const end = () => void this.#open.delete(running);
    running.then(end, (error: unknown) => {
      end();
      if (error instanceof Error) return;
      const kind = typeof error === "object" ? "an object" : `a ${typeof error}`;
      this.#problem ??= `the code of ${name} threw ${kind}: what it throws must be an Error`;
    });
    return running;
  }
}
