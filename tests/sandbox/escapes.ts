import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { temporaryFolder } from "../support/host.ts";

const SECRET = "kept-outside";

/** What stands around a workspace and must not be touched, read or reached from within. */
export interface Surroundings extends AsyncDisposable {
  readonly workspace: string;
  readonly outside: string;
  readonly home: string;
  readonly port: number;
  readonly socket: string;
  /** A process of this user. */
  readonly pid: number;
  /** What happened to them, in words; empty where nothing did. */
  harm(told: string): readonly string[];
}

export async function surroundings(): Promise<Surroundings> {
  const folder = temporaryFolder();
  const [workspace, outside, home] = ["workspace", "outside", "home"].map((name) => {
    const path = join(folder.path, name);
    mkdirSync(path);
    return path;
  }) as [string, string, string]; // as many as were named
  for (const name of [".ssh", ".aws", ".config/gh"])
    mkdirSync(join(home, name), { recursive: true });
  const files = [
    join(outside, "file"),
    ...[".ssh/id_ed25519", ".aws/credentials", ".config/gh/hosts.yml", ".netrc", ".npmrc"].map(
      (name) => join(home, name),
    ),
  ];
  for (const file of files) writeFileSync(file, SECRET);
  symlinkSync(outside, join(workspace, "link"));
  symlinkSync(join(outside, "file"), join(workspace, "file-link"));
  const socket = join(outside, "socket");
  let connections = 0;
  const servers = await Promise.all([
    listening(0, () => connections++),
    listening(socket, () => connections++),
  ]);
  const child = spawn("sleep", ["300"], { stdio: "ignore" });
  let isDead = false;
  child.once("exit", () => {
    isDead = true;
  });
  const address = servers[0]?.address();
  return {
    workspace,
    outside,
    home,
    socket,
    port: typeof address === "object" && address ? address.port : 0,
    pid: child.pid ?? 0,
    harm: (told) => [
      ...files.flatMap((file) => (textOf(file) === SECRET ? [] : [`${file} was changed`])),
      ...(existsSync(join(outside, "new")) ? ["a file was made outside"] : []),
      ...(existsSync(join(home, ".ssh/authorized_keys")) ? ["a key was planted"] : []),
      ...(connections > 0 ? ["a server outside was reached"] : []),
      ...(isDead ? ["a process outside was ended"] : []),
      ...(told.includes(SECRET) ? ["a secret was read"] : []),
    ],
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      for (const server of servers) server.close();
      folder[Symbol.dispose]();
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

/** A way out. */
export interface Escape {
  readonly name: string;
  /** What bash is told. */
  readonly script: (around: Surroundings) => string;
  /** Set where nobody should try it without a wall. */
  readonly isForWallsOnly?: true;
}

/** Each does harm where there is no wall, as a test shows. */
export const ESCAPES: readonly Escape[] = [
  { name: "writes by an absolute path", script: ({ outside }) => `echo x > '${outside}/new'` },
  { name: "writes by a path upwards", script: () => "echo x > ../outside/new" },
  { name: "writes through a link to a folder", script: () => "echo x > link/new" },
  { name: "writes through a link to a file", script: () => "echo x > file-link" },
  {
    name: "writes through a link that it makes",
    script: ({ outside }) => `ln -s '${outside}' own && echo x > own/new`,
  },
  {
    name: "writes through /proc/self/root",
    script: ({ outside }) => `echo x > '/proc/self/root${outside}/new'`,
  },
  {
    name: "writes through /proc/self/cwd",
    script: () => "echo x > /proc/self/cwd/../outside/new",
  },
  {
    name: "writes through the root of the process that started it",
    script: ({ outside }) =>
      `for p in $PPID ${process.pid} 1; do echo x > "/proc/$p/root${outside}/new"; done`,
  },
  {
    name: "writes through a hard link that it makes",
    script: ({ outside }) => `ln '${outside}/file' hard && echo x > hard`,
  },
  { name: "removes a file", script: ({ outside }) => `rm -f '${outside}/file'` },
  { name: "moves a file away", script: ({ outside }) => `mv '${outside}/file' taken` },
  { name: "empties a file", script: ({ outside }) => `truncate -s 0 '${outside}/file'` },
  {
    name: "swaps the workspace for a link",
    script: ({ outside, workspace }) =>
      `mv '${workspace}' '${workspace}2'; ln -s '${outside}' '${workspace}'; echo x > '${workspace}/new'; echo x > '${outside}/new'`,
  },
  {
    name: "writes by another program",
    script: ({ outside }) => `'${process.execPath}' -e 'fs.writeFileSync("${outside}/new", "x")'`,
  },
  {
    name: "changes what is mounted",
    isForWallsOnly: true,
    script: ({ outside }) =>
      `umount -l '${outside}'; mount -o remount,rw /; unshare -rm sh -c "mount -o remount,rw /; echo x > '${outside}/new'"; echo x > '${outside}/new'`,
  },
  {
    name: "enters another namespace",
    isForWallsOnly: true,
    script: ({ outside }) =>
      `nsenter -t 1 -a sh -c "echo x > '${outside}/new'"; echo x > '${outside}/new'`,
  },
  {
    name: "plants a key",
    script: ({ home }) => `echo x > '${home}/.ssh/authorized_keys'`,
  },
  { name: "reads ~/.ssh", script: () => "cat ~/.ssh/*" },
  { name: "reads ~/.aws", script: () => "cat ~/.aws/credentials" },
  { name: "reads ~/.config/gh", script: () => "cat ~/.config/gh/hosts.yml" },
  { name: "reads ~/.netrc", script: () => "cat ~/.netrc" },
  { name: "reads ~/.npmrc by a link", script: () => "ln -s ~/.npmrc rc; cat rc" },
  { name: "reads ~/.ssh by /proc", script: () => "cat /proc/self/root$HOME/.ssh/*" },
  {
    name: "copies ~/.ssh",
    script: () => "cp -r ~/.ssh copy; cat copy/*; tar cf - -C ~ .ssh | tar xOf -",
  },
  {
    name: "reaches a server on this machine",
    script: ({ port }) => `exec 3<>/dev/tcp/127.0.0.1/${port}; cat <&3`,
  },
  {
    name: "reaches it by curl and by Node, past proxies",
    script: ({ port }) =>
      `curl -s --noproxy '*' -m 5 http://127.0.0.1:${port}; curl -s -m 5 http://localhost:${port}; NO_PROXY= '${process.execPath}' -e 'net.connect(${port}, "127.0.0.1").on("error", () => 0)'`,
  },
  {
    name: "reaches it by another address of this machine",
    script: ({ port }) =>
      `for a in $(hostname -I) 127.0.0.2 0.0.0.0 localhost; do (exec 3<>/dev/tcp/$a/${port}); done`,
  },
  {
    name: "reaches a socket in the file system",
    script: ({ socket }) =>
      `socat -u OPEN:/dev/null UNIX-CONNECT:'${socket}'; '${process.execPath}' -e 'net.connect("${socket}").on("error", () => 0)'`,
  },
  { name: "ends a process", script: ({ pid }) => `kill -9 ${pid}` },
];
