/** Colours have at least 4.5 to 1 against what they stand on, in both schemes; paper is always light. */
export const STYLE = `
:root {
  --page: #ffffff; --surface: #f4f6f8; --line: #c9d1d9; --text: #1b2128; --muted: #57606a;
  --pass: #116329; --warn: #7d4e00; --fail: #b3261e; --unknown: #5b3a8c; --target: #4a5764; --on: #0b5cad; --flow: #57606a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f1419; --surface: #1a212a; --line: #3a4450; --text: #e6ebf0; --muted: #a3adb8;
    --pass: #5fd07e; --warn: #e8b04a; --fail: #ff8a80; --unknown: #c9a7ff; --target: #93a1af; --on: #6cb2f7; --flow: #a3adb8;
  }
}
@media print {
  :root {
    --page: #ffffff; --surface: #ffffff; --line: #999999; --text: #000000; --muted: #444444;
    --pass: #116329; --warn: #7d4e00; --fail: #b3261e; --unknown: #5b3a8c; --target: #4a5764; --on: #0b5cad; --flow: #444444;
  }
  section { break-inside: auto; }
  article, li, figure { break-inside: avoid; }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.25rem; max-width: 60rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
  overflow-wrap: anywhere; print-color-adjust: exact; -webkit-print-color-adjust: exact;
}
h1 { margin: 0; font-size: 1.75rem; line-height: 1.2; }
h2 { margin: 2.5rem 0 0.75rem; font-size: 1.3rem; border-bottom: 1px solid var(--line); padding-bottom: 0.25rem; }
h3 { margin: 1.25rem 0 0.5rem; font-size: 1.05rem; }
p { margin: 0.25rem 0; }
.muted, figcaption { color: var(--muted); }
.muted, figcaption, caption { font-size: 0.875rem; }
.verdict { font-size: 1.15rem; margin: 0.5rem 0 1rem; }
.now { margin: 0.75rem 0 1rem; padding: 0.75rem 1rem; border: 1px solid var(--line); border-left: 6px solid var(--unknown); background: var(--surface); border-radius: 4px; }
.now .facts { margin-top: 0.75rem; }
.now.tone-good { border-left-color: var(--pass); } .now.tone-bad { border-left-color: var(--fail); }
.now .headline { margin: 0 0 0.5rem; font-size: 1.15rem; font-weight: 600; line-height: 1.35; }
.now pre { background: var(--page); font-size: 0.95rem; }
.badge {
  display: inline-block; padding: 0 0.55rem; border: 1px solid currentColor; border-radius: 1rem;
  font-size: 0.8rem; font-weight: 600; line-height: 1.5rem; white-space: nowrap;
}
.pass { color: var(--pass); } .warn { color: var(--warn); } .fail { color: var(--fail); } .unknown { color: var(--unknown); }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 0.15rem 1rem; margin: 0; }
dt { color: var(--muted); } dd { margin: 0; }
.picture { margin: 1.5rem 0 0; }
.picture svg { width: 100%; height: auto; }
.picture svg.tall { display: none; max-width: 26rem; margin: 0 auto; }
.picture text { fill: var(--text); font-size: 14px; }
.picture text.strong { font-weight: 600; font-size: 16px; }
.picture text.small { fill: var(--muted); font-size: 13px; }
.picture .card { fill: var(--surface); stroke: var(--line); }
.picture .card.serves-yes { stroke: var(--on); stroke-width: 2.5; }
.picture .card.serves-unknown { stroke: var(--unknown); stroke-width: 2; stroke-dasharray: 2 5; }
.picture .users { fill: var(--page); stroke: var(--on); stroke-width: 1.5; }
.picture .part { fill: var(--page); stroke: var(--line); }
.picture .part.on { stroke: var(--pass); }
.picture .part.off { stroke-dasharray: 5 4; }
.picture .part.unseen { stroke: var(--unknown); stroke-dasharray: 2 5; }
.picture .traffic { fill: none; stroke: var(--on); stroke-width: 2; }
.picture .traffic.no { stroke: var(--fail); stroke-dasharray: 8 6; }
.picture .traffic.unknown { stroke: var(--unknown); stroke-dasharray: 2 5; }
.picture text.note { font-weight: 600; }
.picture text.note.no { fill: var(--fail); }
.picture text.note.unknown { fill: var(--unknown); }
.picture .flow { fill: none; stroke: var(--flow); stroke-width: 1.5; stroke-dasharray: 3 3; }
.picture .tip { fill: var(--flow); }
.columns { display: grid; gap: 1.5rem; }
.bars { display: grid; gap: 0.5rem; }
.bar-label { margin: 0; font-size: 0.9rem; }
.track { background: var(--surface); border: 1px solid var(--line); border-radius: 4px; height: 0.9rem; overflow: hidden; }
.bar { height: 100%; min-width: 3px; background: currentColor; }
.bar.target { color: var(--target); }
table { width: 100%; border-collapse: collapse; margin-top: 0.75rem; font-size: 0.9rem; }
caption { text-align: left; color: var(--muted); }
td { padding: 0.25rem 0.75rem 0.25rem 0; vertical-align: top; border-top: 1px solid var(--line); }
td.number { white-space: nowrap; text-align: right; font-variant-numeric: tabular-nums; }
tr.sum td { font-weight: 600; }
.checks, .lanes { list-style: none; margin: 0; padding: 0; }
.checks li { display: grid; grid-template-columns: 5rem 1fr; gap: 0.5rem; padding: 0.5rem 0; border-top: 1px solid var(--line); }
.checks .now { margin: 0.75rem 0 1rem; padding: 0.75rem 1rem; border: 1px solid var(--line); border-left: 6px solid var(--unknown); background: var(--surface); border-radius: 4px; }
.now .facts { margin-top: 0.75rem; }
.now.tone-good { border-left-color: var(--pass); } .now.tone-bad { border-left-color: var(--fail); }
.now .headline { margin: 0 0 0.5rem; font-size: 1.15rem; font-weight: 600; line-height: 1.35; }
.now pre { background: var(--page); font-size: 0.95rem; }
.badge { justify-self: start; align-self: start; }
.checks .evidence { display: block; }
.lanes li { padding: 0.4rem 0; }
pre {
  margin: 0.35rem 0 0; padding: 0.5rem 0.75rem; background: var(--surface); border: 1px solid var(--line); border-radius: 4px;
  font: 0.8rem/1.45 ui-monospace, "SFMono-Regular", Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre-wrap;
}
@media (max-width: 40rem) {
  .picture svg.wide { display: none; }
  .picture svg.tall { display: block; }
  .terms td { display: block; border: 0; padding: 0; text-align: left; }
  .terms tr { display: block; border-top: 1px solid var(--line); padding: 0.35rem 0; }
}
@media print {
  .picture svg.wide { display: block; }
  .picture svg.tall { display: none; }
}
`;
