/** The style sheet of a report: light and dark by the reader's own setting, black on white when printed. */

const LIGHT = `
  --ground: #ffffff; --raised: #f5f6f8; --line: #d5dae0; --ink: #1c2127; --muted: #59636e;
  --work: #2a6f97; --sleep: #9a6200; --sleep-ground: #fdf3dc; --refused: #59636e; --trouble: #b3261e; --retried: #a8480b;
  --lost: #7a3fb5; --hedged: #1a7048; --link: #1a5f8a;`
const DARK = `
  --ground: #14181d; --raised: #1d232a; --line: #38424d; --ink: #e4e8ec; --muted: #9aa7b4;
  --work: #63aed6; --sleep: #dfab4d; --sleep-ground: #3a2f17; --refused: #9aa7b4; --trouble: #ff8a80; --retried: #ffa766;
  --lost: #c29cf5; --hedged: #6fcf97; --link: #7cc0e8;`

export const STYLE = `
:root { color-scheme: light dark; ${LIGHT} }
@media screen and (prefers-color-scheme: dark) { :root { ${DARK} } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; padding: 2.5rem clamp(1rem, 4vw, 2.5rem) 4rem; max-width: 72rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
h1 { margin: .1rem 0 .4rem; font-size: clamp(1.5rem, 4vw, 2.1rem); line-height: 1.2; font-weight: 650; letter-spacing: -.01em; }
h2 { margin: 0 0 .8rem; font-size: 1.3rem; font-weight: 650; }
h3 { margin: 2rem 0 .6rem; font-size: 1.02rem; font-weight: 650; }
p { margin: 0 0 .8rem; max-width: 48rem; }
section { margin-top: 3rem; padding-top: 1.4rem; border-top: 1px solid var(--line); }
#summary { margin-top: 1.4rem; }
.kind { color: var(--muted); font-size: .9rem; margin: 0; }
.pipeline { margin: 0 0 .3rem; }
code, pre, .path { font-family: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace; }
code { font-size: .95em; background: var(--raised); padding: .1em .35em; border-radius: 4px; }
.muted { color: var(--muted); font-size: .9rem; }
.note { border-left: 3px solid var(--work); padding-left: .8rem; }
nav { margin-top: 1.4rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1.3rem; list-style: none; margin: 0; padding: 0; font-size: .95rem; }
a { color: var(--link); text-underline-offset: .2em; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 3px; }
.findings { margin: 0; padding: 0 0 0 1.1rem; max-width: 50rem; font-size: 1.05rem; }
.findings li { margin: .25rem 0; }
.findings li::marker { color: var(--muted); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); gap: 1px; margin: 1.6rem 0 0;
  background: var(--line); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
.figures div { background: var(--ground); padding: .7rem .9rem; }
.figures dt { color: var(--muted); font-size: .85rem; }
.figures dd { margin: 0; font-size: 1.25rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.settings { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: .6rem 2rem; margin: 0 0 1.4rem; }
.settings dt { color: var(--muted); font-size: .85rem; }
.settings dd { margin: 0; }
.chart { overflow-x: auto; margin: .4rem 0 .8rem; }
.chart svg { display: block; max-width: none; font-size: 12.5px; font-variant-numeric: tabular-nums; }
svg text { fill: var(--ink); }
svg .muted { fill: var(--muted); font-size: inherit; }
svg .strong { font-weight: 600; }
.axis line { stroke: var(--line); } .axis text { fill: var(--muted); font-size: 11.5px; }
.base { stroke: var(--muted); } .lane { stroke: var(--line); }
.work { fill: var(--work); } .sleep-solid { fill: var(--sleep); } .refusals { fill: var(--refused); }
.sleep { stroke: var(--sleep); stroke-width: .75; } .hatch-ground { fill: var(--sleep-ground); } .hatch-line { fill: var(--sleep); }
.hollow { fill: var(--ground); stroke: var(--work); stroke-width: 1; }
.wait { stroke: var(--muted); stroke-width: 1.2; }
.mark { stroke: none; }
.mark.refused { fill: none; stroke: var(--refused); stroke-width: 1.5; } .mark.hedged { fill: none; stroke: var(--hedged); stroke-width: 1.8; }
.mark.lost { fill: var(--lost); } .mark.retried { fill: var(--retried); } .mark.failed { fill: var(--trouble); }
.whisker { fill: none; stroke: var(--ink); stroke-width: 1.2; } .halo { fill: none; stroke: var(--ground); stroke-width: 3.2; }
.median { fill: var(--ink); } .p95 { fill: var(--ground); stroke: var(--ink); stroke-width: 1.1; }
.measured { fill: var(--work); } .expected { fill: var(--ground); stroke: var(--ink); stroke-width: 1.5; }
.between { stroke: var(--muted); stroke-width: 2; }
.key { display: flex; flex-wrap: wrap; gap: .2rem 1.3rem; font-size: .88rem; max-width: none; }
.key span { display: inline-flex; align-items: center; gap: .45rem; }
.table { overflow-x: auto; margin: 0 0 1.2rem; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; min-width: min(100%, 47.5rem); overflow-wrap: normal; }
caption { text-align: left; color: var(--muted); font-size: .85rem; padding: .2rem 0; }
th, td { padding: .35rem .7rem; text-align: left; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child { padding-left: 0; }
thead th { font-weight: 600; color: var(--muted); }
tbody th { font-weight: 500; max-width: 26rem; white-space: normal; overflow-wrap: anywhere; min-width: 9rem; }
.figure { text-align: right; }
.images { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); gap: 1.6rem 1.4rem; list-style: none; margin: 0; padding: 0; }
.images p { margin: .3rem 0 0; font-size: .9rem; } .images .path { font-size: .85rem; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 4px; }
.images img, .placeholder { display: block; width: 100%; height: 9.5rem; object-fit: contain; background: var(--raised); border-radius: 4px; }
.placeholder { display: grid; place-items: center; padding: .8rem; color: var(--muted); font-size: .85rem; text-align: center; border: 1px dashed var(--line); overflow: hidden; }
pre { margin: .4rem 0 0; padding: .6rem; max-height: 9rem; overflow: auto; background: var(--raised); border-radius: 4px; font-size: .78rem; white-space: pre-wrap; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--muted); font-size: .85rem; }
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav { display: none; }
  section { margin-top: 1.5rem; }
  .chart, .table, pre { overflow: visible; max-height: none; }
  .chart svg { max-width: 100%; height: auto; }
  .images li, .chart, tr, .figures { break-inside: avoid; }
  h2, h3, caption { break-after: avoid; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`
