/** The style of the page about models, beside that of all reports. */
export const MODELS_STYLE = `
:root { --c1: #2754b8; --c2: #b4540a; --c3: #1a7f4b; --c4: #8b3fa8; --c5: #b3261e; --c6: #0e7c86; --c7: #7a6a00; --c8: #5b6470; }
@media (prefers-color-scheme: dark) {
  :root { --c1: #8fb0ff; --c2: #f2a65a; --c3: #5fca8f; --c4: #d59bf0; --c5: #ff8a80; --c6: #5fd0da; --c7: #d9c54a; --c8: #b3bac4; }
}
${[1, 2, 3, 4, 5, 6, 7, 8].map((number) => `.m${number} { --own: var(--c${number}); }`).join("\n")}
.models main { margin-top: 1.2rem; }
.wide { overflow-x: auto; }
.models table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.models th, .models td { padding: 0.35rem 0.8rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
.models thead th { font-size: 0.78rem; font-weight: 600; color: var(--soft); }
.models th:first-child { text-align: left; font-weight: 600; padding-left: 0; }
.matrix th:first-child { font-weight: 400; }
.matrix thead th { text-align: center; }
.matrix td { text-align: center; }
.models td.none { text-align: left; }
.matrix .failed { color: var(--bad); font-weight: 600; }
.matrix .passed { color: var(--good); }
.matrix .unrecorded, .matrix .stale, .matrix .incompatible { color: var(--soft); font-size: 0.85em; }
.model { display: inline-block; min-width: 1.5em; padding: 0 0.3em; border-radius: 0.75em; background: var(--own); color: var(--card);
  font-size: 0.85em; font-weight: 700; line-height: 1.5em; text-align: center; }
.verdicts { margin: 1rem 0; padding-left: 1.1rem; overflow-wrap: anywhere; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 1rem; align-items: start; }
.plots figure { margin: 0; padding: 0.8rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.plots figcaption { margin-bottom: 0.5rem; font-size: 0.9rem; font-weight: 600; }
.plots svg { display: block; width: 100%; height: auto; }
.plots text { font: 13px system-ui, sans-serif; fill: var(--ink); }
.plots .soft { fill: var(--soft); }
.plots .axis { stroke: var(--line); }
.plots circle { fill: var(--own); stroke: var(--card); stroke-width: 1.5; }
.plots .number { fill: var(--card); font-weight: 700; }
.plots .range { stroke: var(--own); stroke-width: 2; opacity: 0.6; }
.plots .spread { fill: var(--own); opacity: 0.25; }
.plots .stroke { stroke: var(--own); stroke-width: 1.5; opacity: 0.75; }
`;
