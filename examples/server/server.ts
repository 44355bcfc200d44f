// PORT=8787 node server.ts
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { isLlmDoError, openProject } from "llm-do";
import { z } from "zod";

const fileOf = (name: string) => new URL(name, import.meta.url);
const project = await openProject({ files: [fileOf("main.worker"), fileOf("shop.ts")] });

/** All that a client decides. */
const Asked = z.object({ question: z.string().min(1).max(2000) });
/** All that one question may use. */
const limits = { maxCalls: 5, maxTokens: 20_000, timeoutMs: 30_000 };

const app = new Hono();
app.post("/ask", bodyLimit({ maxSize: 16_384 }), async (context) => {
  const asked = Asked.safeParse(await context.req.json().catch(() => undefined));
  if (!asked.success) return context.json({ error: "expected a question" }, 400);
  const handle = project.start({ input: asked.data.question, limits });
  handle.result.catch((error: unknown) => {
    console.error(isLlmDoError(error) ? error.report() : error); // for us, not for the client
  });
  return handle.toResponse({ only: ["answer"] }); // cancels the run when the client goes
});

serve(
  { fetch: app.fetch, hostname: "127.0.0.1", port: Number(process.env["PORT"] ?? 8787) },
  (to) => console.log(`http://127.0.0.1:${to.port}/ask`),
);
