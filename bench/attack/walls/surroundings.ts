import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

const SECRET = "kept-outside";

/** Where programs of a home folder keep credentials. */
const CREDENTIALS = [
  ".ssh/id_ed25519",
  ".aws/credentials",
  ".config/gh/hosts.yml",
  ".netrc",
  ".npmrc",
];

/** What stands around a workspace and must not be touched, read or reached from within. */
export interface Surroundings extends AsyncDisposable {
  readonly workspace: string;
  /** Variables that an escape's script uses. */
  readonly variables: Readonly<Record<"OUT" | "WORK" | "SOCKET" | "PORT" | "PID" | "NODE", string>>;
  /** What happened, in words; empty where nothing did. */
  harm(told: string): readonly string[];
}

/**
 * Makes folders, servers and a process, and is this process's home folder until it is disposed of.
 *
 * @param name what the folder outside is called
 */
export async function surroundings(name: string): Promise<Surroundings> {
  const root = mkdtempSync(join(tmpdir(), "llm-do-walls-"));
  const [workspace, outside, home] = [
    join(root, "workspace"),
    join(root, name),
    join(root, "home"),
  ];
  for (const folder of [workspace, outside, home]) mkdirSync(folder);
  const files = [join(outside, "file"), ...CREDENTIALS.map((file) => join(home, file))];
  for (const file of files) {
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, SECRET);
  }
  symlinkSync(outside, join(workspace, "link"));
  symlinkSync(join(outside, "file"), join(workspace, "file-link"));
  const socket = join(root, "socket"); // a socket's path has some hundred characters at most
  let connections = 0;
  const onConnection = () => {
    connections += 1;
  };
  const servers = await Promise.all([listening(0, onConnection), listening(socket, onConnection)]);
  const child = spawn("sleep", ["300"], { stdio: "ignore" });
  const { HOME: ownHome } = process.env;
  process.env["HOME"] = home;
  const [address] = servers.map((server) => server.address());
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    workspace,
    variables: {
      OUT: outside,
      WORK: workspace,
      SOCKET: socket,
      PORT: String(port),
      PID: String(child.pid),
      NODE: process.execPath,
    },
    harm: (told) => [
      ...files.flatMap((file) => (textOf(file) === SECRET ? [] : [`${file} was changed`])),
      ...(existsSync(join(outside, "new")) ? ["a file was made outside"] : []),
      ...(existsSync(join(home, ".ssh/authorized_keys")) ? ["a key was planted"] : []),
      ...(connections > 0 ? ["a server outside was reached"] : []),
      ...(child.exitCode === null && child.signalCode === null ? [] : ["a process was ended"]),
      ...(told.includes(SECRET) ? ["a secret was read"] : []),
    ],
    [Symbol.asyncDispose]: async () => {
      if (ownHome === undefined) delete process.env["HOME"];
      else process.env["HOME"] = ownHome;
      child.kill("SIGKILL");
      for (const server of servers) server.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function listening(at: number | string, onConnection: () => void): Promise<Server> {
  const server = createServer((connection) => {
    onConnection();
    connection.on("error", () => undefined).end("hello");
  });
  return new Promise((resolve) => server.listen(at, () => resolve(server)));
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
