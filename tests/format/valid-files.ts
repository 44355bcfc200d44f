import { parseProjectConfig } from "../../src/project/config/project-config.ts";
import { parseLock } from "../../src/project/lock/lock-file.ts";
import { parseCases } from "../../src/testing/cases/file/parse-cases.ts";
import { parseWorker } from "../../src/worker/parse-worker.ts";

/**
 * A valid file of each kind with a key of every map that is described. Keys that belong to a
 * description are marked: `^name`; all others are names that the author chose.
 */
export const FILES: readonly (readonly [
  kind: string,
  read: (text: string) => unknown,
  text: string,
])[] = [
  [
    "a worker file",
    (text) => parseWorker(text, "a.worker"),
    `---
^name: a
^description: b
^entry: true
^model: test
^server_side_tools:
  - { ^tool_type: web_search, ^max_uses: 2, ^allowed_domains: [a.example] }
  - { ^tool_type: web_fetch, ^blocked_domains: [b.example] }
^settings:
  ^temperature: 0
  ^stop_sequences: [a]
  ^thinking: { ^budget_tokens: 4000 }
  ^presence_penalty: 0
^limits: { ^max_depth: 1, ^max_calls: 2, ^max_tokens: 3, ^max_usd: 4, ^timeout_seconds: 5 }
^input_schema: { type: object }
^output_schema: schemas.ts#Output
^toolsets:
  helpers:
    _approval_config:
      read_it: { ^pre_approved: true }
      drop_it: { ^blocked: true }
  workers:
    toolsets:
      helpers: { _approval_config: { read_it: { ^pre_approved: true } } }
---
Do it.
`,
  ],
  [
    "a file of cases",
    (text) => parseCases(text, "/p/a.cases.yaml", "a"),
    `^worker: a.worker
^limits: { ^max_calls: 3 }
^cases:
  - ^name: one
    ^input: a
    ^approvals: { f: deny }
    ^effects: { f: { ^output: 1 }, g: { ^error: lost }, h: live }
    ^timeout_seconds: 3
    ^mutations: { ^accept: [{ ^id: m1, ^reason: it does not matter }] }
    ^expect:
      ^output: { contains: a, ^matches: b, ^fields: { x: { not: 1, ^equals: 2 } } }
      ^calls:
        - { ^function: f, ^input: { x: { contains: 1, ^jsonpath: { $.a: 2 } } }, ^times: { ^least: 1, ^most: 2 } }
      ^files: { a.txt: { contains: a, ^matches: b } }
      ^usage: { ^max_tokens: 1, ^max_requests: 2 }
      ^judge: { ^worker: j.worker, ^least: 0.7, ^criteria: good, ^label: pass }
  - ^name: two
    ^samples: 3
    ^min_pass: 0.5
    ^cassette: none
    ^expect: { ^exit_code: 1, ^error: { ^code: worker, ^message: { contains: a, ^matches: b } } }
`,
  ],
  [
    "llm-do.yaml",
    (text) => parseProjectConfig(text, "llm-do.yaml"),
    `^redact:
  - abc
  - { ^pattern: '\\d{6}', ^replacement: <id>, ^number: 7 }
^volatile:
  - ^pattern: '\\d\\d:\\d\\d'
^secrets: { ^allow: [abc] }
^providers:
  local:
    ^base_url: http://localhost:8000/v1
    ^key_variable: A_KEY
    ^headers: { x-team: a }
    ^query: { version: 1 }
    ^max_tokens_field: auto
    ^system_role: user
`,
  ],
  [
    "the lock file",
    (text) => parseLock(text, "llm-do.lock.yaml"),
    `^version: 2
^functions:
  - ^worker: a.worker
    ^name: a
    ^mode: prompt
    ^tool: a.ts#a
    ^domain: a.ts#d
    ^certificate: c.json
    ^with: [b.ts]
    ^share: 0.5
    ^check: 0.1
    ^false_alarm_every: 1000
    ^comparator: exact
    ^reverted: { ^at: '2026-01-01', ^reason: it disagreed }
^mcp:
  - ^server: { url: http://a.example }
    ^tools:
      - { ^name: t, ^hash: abc, ^description: d, ^input_schema: '{}' }
`,
  ],
];
