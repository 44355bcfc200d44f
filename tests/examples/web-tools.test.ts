import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { fetchText } from "../../examples/web_research_agent/fetch-text.ts";
import { pageText } from "../../examples/web_research_agent/page-text.ts";
import { publicUrl } from "../../examples/web_research_agent/public-url.ts";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledFrame: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const page = new URL("http://pages.example/page");
const html = { "content-type": "text/html; charset=utf-8" };

/** Fetches the page that answers so. */
function fetchPage(
  reply: () => Response | Promise<Response>,
  { timeoutMs = 5000, signal = new AbortController().signal } = {},
) {
  server.use(http.get(page.href, reply));
  return fetchText(page, { types: ["text/html"], timeoutMs, signal, check: publicUrl });
}

function redirect(location: string): Response {
  return new HttpResponse(null, { status: 302, headers: { location } });
}

describe("an address that a model came up with", () => {
  test.each(["http://pages.example/a?b=c", "https://8.8.8.8/", "https://[2001:4860::8888]/"])(
    "may be %s",
    (address) => expect(publicUrl(address).href).toBe(address),
  );

  test.each([
    "http://localhost/",
    "http://printer.local./",
    "http://intranet/",
    "http://127.0.0.1/",
    "http://0x7f.1/",
    "http://10.1.2.3:8080/",
    "http://169.254.169.254/latest/meta-data/",
    "http://192.168.0.1/",
    "http://[::1]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[fd00::1]/",
  ])("is refused where it is %s", (address) => {
    expect(() => publicUrl(address)).toThrow("is not on the public web");
  });

  test.each(["file:///etc/passwd", "ftp://pages.example/", "pages.example", ""])(
    "is refused where it is %j",
    (address) => {
      expect(() => publicUrl(address)).toThrow("is not an http or https address");
    },
  );
});

describe("a page that is fetched", () => {
  test("is text, from where a redirect led", async () => {
    server.use(
      http.get("http://other.example/b", () => new HttpResponse("Here.", { headers: html })),
    );
    expect(await fetchPage(() => redirect("http://other.example/b"))).toEqual({
      url: "http://other.example/b",
      type: "text/html",
      text: "Here.",
      truncated: false,
    });
  });

  test.each<[string, () => Response, string]>([
    [
      "redirects to this machine",
      () => redirect("http://127.0.0.1/"),
      "127.0.0.1 is not on the public web",
    ],
    ["redirects for ever", () => redirect("/page"), "pages.example redirects more than 5 times"],
    [
      "is not there",
      () => new HttpResponse("", { status: 404 }),
      "pages.example answers with status 404",
    ],
    [
      "is a picture",
      () => new HttpResponse("x", { headers: { "content-type": "image/png" } }),
      "it is image/png, not text/html",
    ],
    ["cannot be reached", () => HttpResponse.error(), "pages.example cannot be reached"],
  ])("is refused where it %s", async (_what, reply, message) => {
    await expect(fetchPage(reply)).rejects.toThrow(message);
  });

  test("that never ends is cut, and its server is told", async () => {
    let isTold = false;
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(100_000).fill(97)),
      cancel: () => {
        isTold = true;
      },
    });
    const { text, truncated } = await fetchPage(() => new HttpResponse(endless, { headers: html }));
    expect([text.length, truncated, isTold]).toEqual([1024 * 1024, true, true]);
  });

  test("that never comes is given up when the time is over, and when the run ends", async () => {
    const never = () => new Promise<Response>(() => undefined);
    await expect(fetchPage(never, { timeoutMs: 1 })).rejects.toThrow("timeout");
    const ended = AbortSignal.abort(new Error("the run ended"));
    await expect(fetchPage(never, { signal: ended })).rejects.toThrow("the run ended");
  });
});

test("a page's text is what a person reads of it", () => {
  const text = pageText(
    `<html><head><title>Tea &amp; cake</title><style>p { color: red }</style></head>
     <body><nav>Home</nav><h1>Tea</h1><p>With <b>milk</b>,
     5&nbsp;&euro;<br>&lt;hot&gt; &unknown; &#9749;</p><script>alert("</p>")</script></body></html>`,
  );
  expect(text).toEqual({ title: "Tea & cake", text: "Tea\nWith milk, 5 €\n<hot> &unknown; ☕" });
});
