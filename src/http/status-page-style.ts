/** The status page's style sheet. One column below 720 px; colours follow the reader's light or dark setting. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#f6f7f8, #14171a);
  --card: light-dark(#ffffff, #1c2024);
  --line: light-dark(#e1e5e8, #2d3338);
  --ink: light-dark(#1b2228, #e8ebed);
  --soft: light-dark(#5a6670, #9aa5ae);
  --accent: light-dark(#0b5cad, #7db8f0);
  --good: light-dark(#12683a, #7fd3a3);
  --good-bg: light-dark(#e2f4e9, #173325);
  --busy: light-dark(#0b4f94, #8fc1f3);
  --busy-bg: light-dark(#e3effb, #17304a);
  --warn: light-dark(#7a4a00, #f0c071);
  --warn-bg: light-dark(#fdf0d6, #3b2c10);
  --bad: light-dark(#a11b1b, #f59a95);
  --bad-bg: light-dark(#fde7e6, #431d1c);
  --idle-bg: light-dark(#eceff1, #2a3035);
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere; }
header, main { max-width: 1160px; margin: 0 auto; padding: 0 20px; }
header { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 14px; padding-top: 22px; padding-bottom: 14px; }
h1 { font-size: 22px; letter-spacing: -.02em; margin: 0; }
h2 { font-size: 18px; margin: 0; }
h3 { font-size: 12px; font-weight: 600; letter-spacing: .06em; text-transform: uppercase;
  color: var(--soft); margin: 0 0 8px; }
p { margin: 0; }
.soft { color: var(--soft); }
.push { margin-left: auto; }
a { color: var(--accent); }
code { font: 13px/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; }
button, input { font: inherit; color: inherit; border-radius: 8px; border: 1px solid var(--line);
  background: var(--card); padding: 7px 12px; }
button { cursor: pointer; }
button.main { background: var(--accent); border-color: var(--accent); color: var(--card); font-weight: 600; }
button.plain { border: 0; background: none; padding: 4px; color: var(--soft); text-decoration: underline; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 18px 20px; margin-bottom: 18px; }
.badge { display: inline-block; font-size: 12.5px; font-weight: 600; line-height: 1.3; padding: 3px 9px;
  border-radius: 99px; background: var(--idle-bg); color: var(--soft); white-space: nowrap; }
.badge.good { background: var(--good-bg); color: var(--good); }
.badge.busy { background: var(--busy-bg); color: var(--busy); }
.badge.warn { background: var(--warn-bg); color: var(--warn); }
.badge.bad { background: var(--bad-bg); color: var(--bad); }
.note { border-left: 3px solid var(--line); padding: 2px 0 2px 10px; margin-top: 6px; font-size: 14px; }
.note.bad { border-color: var(--bad); }
.note.warn { border-color: var(--warn); }
.note b { font-weight: 600; }
.banner { background: var(--bad-bg); color: var(--bad); border-radius: 10px; padding: 10px 14px; margin-bottom: 16px; }
.title { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 12px; margin-bottom: 14px; }
#filter { width: 220px; }
#updated { font-size: 14px; }
.wrong { color: var(--bad); }
.list { list-style: none; margin: 0; padding: 0; }
.list > li { border-top: 1px solid var(--line); padding: 11px 0; }
.list > li:last-child { padding-bottom: 2px; }
.rule { display: grid; grid-template-columns: 142px minmax(0, 1fr) 210px 170px; gap: 2px 16px; align-items: start; }
.rule .name { font-weight: 600; }
.rule .more { grid-column: 2 / -1; }
.label { display: block; font-size: 12px; color: var(--soft); }
.arrow { color: var(--soft); padding: 0 4px; }
.badges { display: flex; flex-wrap: wrap; gap: 4px; }
details { font-size: 14px; margin-top: 4px; }
summary { cursor: pointer; color: var(--soft); width: fit-content; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 2px 14px; margin: 6px 0 2px; }
dt { color: var(--soft); }
dd { margin: 0; }
.block { margin-top: 20px; }
.event { display: grid; grid-template-columns: 168px 120px minmax(0, 1fr); gap: 0 14px; font-size: 14px; }
.list > li.event { padding: 6px 0; }
.check { display: grid; grid-template-columns: 142px minmax(0, 1fr); gap: 2px 16px; }
.tag .name, .set .name { font-weight: 600; }
.set .badges { flex-direction: column; align-items: flex-start; }
.command { display: block; white-space: pre-wrap; margin: 4px 0 0 13px; padding: 6px 10px; border-radius: 8px; background: var(--idle-bg); }
.times { font-size: 14px; }
.summary { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 12px; padding-bottom: 8px; }
.freshness > .list { margin-top: 8px; }
.empty { padding: 4px 0; color: var(--soft); }
#ask { max-width: 460px; margin: 8vh auto 0; }
#ask form { display: flex; gap: 8px; margin: 14px 0 10px; }
#ask input { flex: 1; min-width: 0; }
@media (max-width: 720px) {
  header, main { padding-left: 12px; padding-right: 12px; }
  .card { padding: 14px; }
  .rule, .event, .check { grid-template-columns: minmax(0, 1fr); }
  .rule { gap: 6px; }
  .rule .more { grid-column: 1; }
  .set .badges { flex-direction: row; }
  .label { display: inline; margin-right: 6px; }
  #filter { order: 1; width: 100%; }
  .push { margin-left: 0; }
  #forget { margin-left: auto; }
}
`;
