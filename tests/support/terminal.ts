import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { repository } from "./cli.ts";

/** Whether this machine has what plays a terminal. */
export const HAS_TERMINAL = (() => {
  try {
    execFileSync("python3", ["-c", "import pty"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

/** What stands in a test's title where there is no terminal to test with. */
export const IN_TERMINAL = HAS_TERMINAL ? "in a terminal" : "in a terminal (skipped: no python3)";

interface TerminalRun {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What a person types, one line at each question. */
  readonly answers?: readonly string[];
  readonly columns?: number;
  readonly rows?: number;
}

interface TerminalResult {
  readonly code: number;
  /** All that the terminal was sent. */
  readonly sent: string;
}

/** Starts a program on a terminal of its own, answers what it asks, and tells all that was shown. */
const PLAYER = `
import fcntl, json, os, pty, select, signal, struct, sys, termios, time
job = json.loads(sys.argv[1])
pid, fd = pty.fork()
if pid == 0:
    os.chdir(job["cwd"])
    os.execve(job["program"][0], job["program"], job["env"])
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", job["rows"], job["columns"], 0, 0))
answers, sent, seen = job["answers"], b"", 0
end = time.time() + 40
while time.time() < end:
    ready, _, _ = select.select([fd], [], [], 0.2)
    if not ready: continue
    try: data = os.read(fd, 65536)
    except OSError: break
    if not data: break
    sent += data
    if answers and sent[seen:].endswith((b"run): ", b"back -- ")):
        seen = len(sent)
        os.write(fd, (answers.pop(0) + "\\n").encode())
else: os.kill(pid, signal.SIGKILL)
_, status = os.waitpid(pid, 0)
print(json.dumps({"code": os.waitstatus_to_exitcode(status), "sent": sent.decode("utf-8", "replace")}))
`;

/** Runs the built command line in a terminal. */
export function runInTerminal(args: readonly string[], run: TerminalRun): TerminalResult {
  const { cwd, env = {}, answers = [], columns = 80, rows = 24 } = run;
  const program = [process.execPath, resolve(repository, "dist/bin/llm-do.js"), ...args];
  const path = process.env["PATH"] ?? "";
  const job = { cwd, env: { PATH: path, TERM: "xterm", ...env }, answers, columns, rows, program };
  const told = execFileSync("python3", ["-c", PLAYER, JSON.stringify(job)], {
    maxBuffer: 2 ** 26,
    encoding: "utf8",
  });
  return JSON.parse(told) as TerminalResult; // as the player prints it
}

/** What a person reads: without what the terminal makes of line breaks, and without our commands. */
export function readable(sent: string): string {
  return sent.replaceAll("\r\n", "\n").replaceAll("\r\u001b[2K", "");
}
