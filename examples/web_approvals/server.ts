// PORT=8787 node server.ts
import { readFileSync } from "node:fs";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { csrf } from "hono/csrf";
import { type Asker, openProject, type RunHandle } from "llm-do";
import { z } from "zod";

const fileOf = (name: string) => new URL(name, import.meta.url);
const project = await openProject({ files: [fileOf("main.worker"), fileOf("shop.ts")] });
const page = readFileSync(fileOf("page.html"), "utf8");

interface Run {
  readonly handle: RunHandle;
  /** What answers the questions that are open now, by their ids. */
  readonly questions: Map<string, (allow: boolean) => void>;
}
const runs = new Map<string, Run>();
const KEPT_MS = 60_000; // for a page that asks late how it ended

function begin(task: string): string {
  const questions: Run["questions"] = new Map();
  const approvals: Asker = ({ id }, { signal }) => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    questions.set(id, resolve);
    signal.addEventListener("abort", () => resolve(false));
    return promise.finally(() => questions.delete(id));
  };
  const handle = project.start({ input: task, approvals });
  const forget = () => setTimeout(() => runs.delete(handle.runId), KEPT_MS).unref();
  handle.result.then(forget, forget);
  runs.set(handle.runId, { handle, questions });
  return handle.runId;
}

const app = new Hono().use(csrf()); // and your sign-in: whoever gets here may answer
app.get("/", (context) => context.html(page));
app.post("/runs", async (context) => {
  const { task } = z.object({ task: z.string().max(2000) }).parse(await context.req.json());
  return context.json({ id: begin(task) });
});
app.get("/runs/:run/events", (context) => {
  const only = ["answer", "approval-request", "approval-decision"] as const;
  return runs.get(context.req.param("run"))?.handle.toResponse({ only }) ?? context.notFound();
});
app.post("/runs/:run/questions/:id", async (context) => {
  const { allow } = z.object({ allow: z.boolean() }).parse(await context.req.json());
  const answer = runs.get(context.req.param("run"))?.questions.get(context.req.param("id"));
  answer?.(allow);
  return answer ? context.body(null, 204) : context.json({ error: "no longer asked" }, 409);
});
app.delete("/runs/:run", (context) => {
  runs.get(context.req.param("run"))?.handle.cancel("stopped on the page");
  return context.body(null, 204);
});
const port = Number(process.env["PORT"] ?? 8787);
serve({ fetch: app.fetch, hostname: "127.0.0.1", port }, (to) =>
  console.log(`http://127.0.0.1:${to.port}`),
);
