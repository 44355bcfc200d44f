/** A way out of a workspace. */
export interface Escape {
  readonly name: string;
  /**
   * What bash is told. `$OUT` is a folder beside the workspace with the file `file`, and what comes to be
   * there is called `new`; `$PORT` and `$SOCKET` are listened at, `$PID` is a process of the same user.
   */
  readonly script: string;
  /** Set where nobody should try it without a wall. */
  readonly isForWallsOnly?: true;
}

/** Each does harm where there is no wall, as a test shows. */
export const ESCAPES: readonly Escape[] = [
  { name: "writes by an absolute path", script: 'echo x > "$OUT/new"' },
  { name: "writes by a path upwards", script: 'cd . && echo x > "../${OUT##*/}/new"' },
  { name: "writes through a link to a folder", script: "echo x > link/new" },
  { name: "writes through a link to a file", script: "echo x > file-link" },
  { name: "writes through a link that it makes", script: 'ln -s "$OUT" own && echo x > own/new' },
  { name: "writes through /proc/self/root", script: 'echo x > "/proc/self/root$OUT/new"' },
  {
    name: "writes through /proc/self/cwd",
    script: 'echo x > "/proc/self/cwd/../${OUT##*/}/new"',
  },
  {
    name: "writes through the root of another process",
    script: 'for p in $PPID $PID 1; do echo x > "/proc/$p/root$OUT/new"; done',
  },
  {
    name: "writes through a folder of a process outside",
    script: 'echo x > "/proc/$PID/cwd$OUT/new"; echo x > "/proc/$PID/root/$OUT/new"',
  },
  {
    name: "writes through a hard link that it makes",
    script: 'ln "$OUT/file" hard && echo x > hard',
  },
  { name: "removes a file", script: 'rm -f "$OUT/file"' },
  { name: "moves a file away", script: 'mv "$OUT/file" taken' },
  { name: "empties a file", script: 'truncate -s 0 "$OUT/file"' },
  { name: "removes the folder", script: 'rm -rf "$OUT"' },
  { name: "renames the folder", script: 'mv "$OUT" "$OUT-2"' },
  {
    name: "swaps the workspace for a link",
    script: 'mv "$WORK" "$WORK-2"; ln -s "$OUT" "$WORK"; echo x > "$WORK/new"; echo x > "$OUT/new"',
  },
  {
    name: "unpacks an archive upwards",
    script: 'mkdir a && echo x > a/new && tar cf t -C a new && tar xf t -C "$OUT"',
  },
  {
    name: "writes by another program",
    script: `"$NODE" -e 'fs.writeFileSync(process.env.OUT + "/new", "x")'`,
  },
  {
    name: "writes from a daemon that outlives it",
    script: "setsid bash -c 'sleep 0.2; echo x > \"$OUT/new\"' & sleep 0.5",
  },
  {
    name: "changes what is mounted",
    isForWallsOnly: true,
    script:
      'umount -l "$OUT"; mount -o remount,rw /; unshare -rm bash -c \'mount -o remount,rw /; echo x > "$OUT/new"\'; echo x > "$OUT/new"',
  },
  {
    name: "enters another namespace",
    isForWallsOnly: true,
    script:
      'for p in 1 $PID; do nsenter -t $p -a bash -c "echo x > \\"$OUT/new\\""; done; echo x > "$OUT/new"',
  },
  { name: "plants a key", script: "echo x > ~/.ssh/authorized_keys" },
  {
    name: "appends to a file of the home folder",
    script: "echo x >> ~/.npmrc; echo x >> ~/.netrc",
  },
  { name: "reads ~/.ssh", script: "cat ~/.ssh/*" },
  { name: "reads ~/.aws", script: "cat ~/.aws/credentials" },
  { name: "reads ~/.config/gh", script: "cat ~/.config/gh/hosts.yml" },
  { name: "reads ~/.netrc", script: "cat ~/.netrc" },
  { name: "reads ~/.npmrc by a link", script: "ln -s ~/.npmrc rc; cat rc" },
  { name: "reads ~/.npmrc by a hard link", script: "ln ~/.npmrc rc; cat rc" },
  { name: "reads ~/.ssh by /proc", script: 'cat "/proc/self/root$HOME/.ssh/"*' },
  { name: "searches the home folder", script: "grep -r kept ~; find ~ -type f -exec cat {} +" },
  {
    name: "copies ~/.ssh",
    script: "cp -r ~/.ssh copy; cat copy/*; tar cf - -C ~ .ssh | tar xOf -",
  },
  {
    name: "moves what hides ~/.ssh",
    script: "mv ~/.ssh ~/.ssh-2; mv ~/.config ~/.config-2; cat ~/.ssh-2/* ~/.config-2/gh/*",
  },
  {
    name: "reaches a server on this machine",
    script: "exec 3<>/dev/tcp/127.0.0.1/$PORT; cat <&3",
  },
  {
    name: "reaches it by other programs, past proxies",
    script: `curl -s --noproxy '*' -m 5 http://127.0.0.1:$PORT; "$NODE" -e 'net.connect(process.env.PORT, "127.0.0.1").on("error", () => 0)'`,
  },
  {
    name: "reaches it through a proxy",
    script:
      'for a in 127.0.0.1 localhost 0.0.0.0 "[::1]"; do NO_PROXY= no_proxy= curl -s -m 5 "http://$a:$PORT"; done; exec 3<>/dev/tcp/127.0.0.1/$PORT',
  },
  {
    name: "reaches it by another address of this machine",
    script:
      "for a in $(hostname -I) 127.0.0.2 0.0.0.0 localhost; do (exec 3<>/dev/tcp/$a/$PORT); done",
  },
  {
    name: "reaches a socket in the file system",
    script: `socat -u OPEN:/dev/null UNIX-CONNECT:"$SOCKET"; "$NODE" -e 'net.connect(process.env.SOCKET).on("error", () => 0)'`,
  },
  { name: "ends a process", script: "kill -9 $PID" },
];
