/** How pages look: light or dark as the reader's system is, narrow or wide. */
export const PAGE_STYLE = `
:root {
  --paper: #fbfbf9; --card: #fff; --ink: #1d1f23; --soft: #62666e; --line: #e3e3de;
  --quiet: #f2f2ee; --good: #1a7f4b; --bad: #b3261e; --link: #2754b8;
  --del: #fbdcd9; --ins: #d4f1df; --user: #eef3fd; --model: #fff; --tool: #f5f2ea; --open: #8a6100;
  --c1: #2754b8; --c2: #b4540a; --c3: #1a7f4b; --c4: #8b3fa8; --c5: #b3261e; --c6: #0e7c86; --c7: #7a6a00; --c8: #5b6470;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15171a; --card: #1c1f23; --ink: #e6e6e3; --soft: #9aa0a8; --line: #31353b;
    --quiet: #23272c; --good: #5fca8f; --bad: #ff8a80; --link: #8fb0ff;
    --del: #5b2521; --ins: #1d4a31; --user: #1f2a3d; --model: #1c1f23; --tool: #2a2721; --open: #e8bb57;
    --c1: #8fb0ff; --c2: #f2a65a; --c3: #5fca8f; --c4: #d59bf0; --c5: #ff8a80; --c6: #5fd0da; --c7: #d9c54a; --c8: #b3bac4;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem clamp(0.75rem, 3vw, 2.5rem) 4rem; max-width: 76rem;
  background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
h1 { display: flex; align-items: center; gap: 0.6rem; margin: 0; font-size: 1.5rem; overflow-wrap: anywhere; }
h2 { margin: 1.75rem 0 0.5rem; font-size: 0.95rem; font-weight: 600; color: var(--soft); overflow-wrap: anywhere; }
h3 { margin: 1.1rem 0 0.35rem; font-size: 0.9rem; }
h4 { margin: 0.5rem 0 0.2rem; font-size: 0.78rem; font-weight: 600; color: var(--soft); }
pre, code, .place, .call { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: 0.85em; }
pre { margin: 0; padding: 0.55rem 0.7rem; background: var(--quiet); border-radius: 6px;
  white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 2; }
.when, .place, .none, .tools, .stop { margin: 0.15rem 0; color: var(--soft); font-size: 0.85rem; overflow-wrap: anywhere; }
nav { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center;
  margin: 1rem 0 0; padding: 0.6rem 0; background: var(--paper); border-bottom: 1px solid var(--line); }
nav input { flex: 1 1 14rem; min-width: 0; }
nav input, nav button { font: inherit; font-size: 0.9rem; color: inherit; padding: 0.35rem 0.7rem;
  background: var(--card); border: 1px solid var(--line); border-radius: 6px; }
nav button { cursor: pointer; }
nav button[aria-pressed="true"] { background: var(--ink); color: var(--paper); border-color: var(--ink); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
.states { display: flex; flex-wrap: wrap; gap: 0.3rem; }
.test { margin: 0.4rem 0; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.test[data-state="failed"] { border-left: 3px solid var(--bad); }
summary { cursor: pointer; }
.test > summary { display: flex; flex-wrap: wrap; align-items: center; gap: 0.3rem 0.6rem; padding: 0.55rem 0.8rem; list-style: none; }
.test > summary::-webkit-details-marker { display: none; }
.name { flex: 1 1 auto; min-width: 0; max-width: 100%; overflow-wrap: anywhere; }
.test > .body { padding: 0 0.8rem 0.9rem; border-top: 1px solid var(--line); }
.test > .body > :first-child { margin-top: 0.7rem; }
.mark { flex: none; width: 1.15em; height: 1.15em; border-radius: 50%; color: var(--card); font-size: 0.85em; line-height: 1.15em; text-align: center; font-weight: 700; }
.mark.passed { background: var(--good); } .mark.passed::before { content: "✓"; }
.mark.failed { background: var(--bad); } .mark.failed::before { content: "×"; }
.mark.skipped { background: var(--soft); } .mark.skipped::before { content: "–"; }
.time { color: var(--soft); font-size: 0.8rem; font-variant-numeric: tabular-nums; margin-left: auto; }
.badges { display: inline-flex; flex-wrap: wrap; gap: 0.3rem; }
.badge { padding: 0 0.45rem; border: 1px solid var(--line); border-radius: 999px; color: var(--soft); font-size: 0.75rem; overflow-wrap: anywhere; }
.badge.bad { color: var(--bad); border-color: currentColor; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 0 1rem; }
.pair > section { min-width: 0; }
.failures { margin: 0.7rem 0 0; padding: 0; list-style: none; }
.failures .message { border-left: 3px solid var(--bad); border-radius: 0 6px 6px 0; }
.failures li + li { margin-top: 0.6rem; }
del { background: var(--del); text-decoration: none; border-radius: 3px; }
ins { background: var(--ins); text-decoration: none; border-radius: 3px; }
.tree, .tree ul { margin: 0; padding-left: 1.1rem; list-style: none; border-left: 1px solid var(--line); }
.tree { padding-left: 0; border: 0; }
.tree li { margin: 0.15rem 0; min-width: 0; }
.tree summary { overflow-wrap: anywhere; }
.tree code { color: var(--soft); margin: 0 0.5rem; }
.tree .badge { margin-left: 0.4rem; font-family: system-ui, sans-serif; }
.gives::before { content: "→ "; color: var(--soft); }
.call.failed .gives { color: var(--bad); }
.entries { margin: 0; padding-left: 1.6rem; }
.entries > li { margin: 0.25rem 0; }
.entries > li::marker { color: var(--soft); font-size: 0.8rem; }
.entry > summary { overflow-wrap: anywhere; }
.entry .time { margin-left: 0.5rem; }
.said { margin: 0.4rem 0; }
.said pre { background: var(--quiet); }
.said.user pre { background: var(--user); }
.said.model { margin-left: clamp(0rem, 4vw, 2.5rem); }
.said.model pre { background: var(--model); border: 1px solid var(--line); }
.said.tool pre { background: var(--tool); }
.said.thinking pre { font-style: italic; color: var(--soft); }
.said.error pre, pre.bad { color: var(--bad); }
.warnings { color: var(--soft); padding-left: 1.2rem; }
.headline { display: inline-block; margin: 0 0 0.5rem; padding: 0.15rem 0.6rem; border: 1px solid; border-radius: 6px; font-weight: 600; font-size: 0.9rem; overflow-wrap: anywhere; }
.headline.good { color: var(--good); } .headline.bad { color: var(--bad); } .headline.open { color: var(--open); }
.prose { max-width: 48rem; margin: 0.6rem 0 0; white-space: pre-line; overflow-wrap: anywhere; }
.note { margin: 0.4rem 0; color: var(--soft); font-size: 0.85rem; overflow-wrap: anywhere; }
.lines { margin: 0.5rem 0; padding-left: 1.2rem; } .lines li { margin: 0.2rem 0; overflow-wrap: anywhere; }
.facts { display: grid; grid-template-columns: minmax(5rem, max-content) minmax(0, 1fr); gap: 0.25rem 1rem; margin: 0.5rem 0; }
.facts dt { color: var(--soft); font-size: 0.875rem; overflow-wrap: anywhere; } .facts dd { margin: 0; overflow-wrap: anywhere; }
.value del { text-decoration: line-through; } .value ins { text-decoration: underline; }
.value { white-space: pre-wrap; overflow-wrap: anywhere; font: 0.85em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
.wide { overflow-x: auto; margin: 0.6rem 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { padding-bottom: 0.4rem; text-align: left; font-size: 0.9rem; font-weight: 600; }
th, td { padding: 0.35rem 0.8rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { font-size: 0.78rem; font-weight: 600; color: var(--soft); }
.number { text-align: right; white-space: nowrap; }
th:first-child, td:first-child { padding-left: 0; }
td { max-width: 36rem; overflow-wrap: break-word; }
.group { margin: 0.4rem 0; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.group > summary { padding: 0.5rem 0.8rem; overflow-wrap: anywhere; }
.case { padding: 0.6rem 0.8rem; border-top: 1px solid var(--line); }
.case h3 { margin: 0 0 0.3rem; overflow-wrap: anywhere; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); gap: 1rem; align-items: start; margin: 0.6rem 0; }
figure { max-width: 34rem; margin: 0; padding: 0.8rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
figcaption { margin-bottom: 0.5rem; font-size: 0.9rem; font-weight: 600; overflow-wrap: anywhere; }
svg { display: block; width: 100%; height: auto; overflow: visible; }
svg text { font: 12px system-ui, sans-serif; fill: var(--ink); paint-order: stroke; stroke: var(--card); stroke-width: 3px; }
svg .soft { fill: var(--soft); }
svg .axis { stroke: var(--line); }
svg .level line { stroke: var(--open); stroke-dasharray: 4 4; } svg .level text { fill: var(--open); }
svg .event line { stroke: var(--bad); stroke-dasharray: 2 3; } svg .event text { fill: var(--bad); }
svg circle { fill: var(--own); stroke: var(--card); }
svg rect { fill: var(--own); }
svg polyline { fill: none; stroke: var(--own); stroke-width: 1.75; }
svg .range { stroke: var(--own); stroke-width: 2; }
svg .band { fill: var(--own); opacity: 0.2; }
svg .stroke { stroke: var(--own); stroke-width: 1.5; opacity: 0.75; }
svg text.number { fill: var(--card); stroke: none; font-weight: 700; }
${[1, 2, 3, 4, 5, 6, 7, 8].map((number) => `.m${number} { --own: var(--c${number}); }`).join("\n")}
[hidden] { display: none !important; }
@media (max-width: 34rem) { .test > summary .time { margin-left: 0; } .name { flex-basis: 80%; } }
@media print { nav { display: none; } }
`;
