/** Of the report; colours of a light page, and of a dark one where the reader's system asks for it. */
export const REPORT_STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --line: #d9dde3; --text: #1b1f24; --faint: #5b6470;
  --bar: #cfe0ff; --right: 34, 139, 84; --wrong: 200, 60, 50; --warn: #fff3d6; --warn-line: #d9a520;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171b; --card: #1d2127; --line: #343b45; --text: #e6e9ee; --faint: #9aa4b1;
    --bar: #27406e; --right: 60, 180, 110; --wrong: 225, 85, 75; --warn: #3a3013; --warn-line: #b98a17;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1400px; padding: 24px 20px 60px; background: var(--page); color: var(--text);
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
h1 { font-size: 26px; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 19px; margin: 36px 0 10px; }
h3 { font-size: 15px; margin: 18px 0 8px; font-weight: 600; }
p { margin: 4px 0; }
.faint { color: var(--faint); }
.warning { background: var(--warn); border-left: 4px solid var(--warn-line); padding: 8px 12px; margin: 12px 0; }
.tiles { display: flex; flex-wrap: wrap; gap: 10px; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 8px 14px; min-width: 104px; }
.tile b { display: block; font-size: 17px; font-variant-numeric: tabular-nums; }
.tile.main { padding: 10px 18px; }
.tile.main b { font-size: 26px; }
.tile span { color: var(--faint); font-size: 13px; white-space: nowrap; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 4px 8px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
th { color: var(--faint); font-weight: 600; font-size: 13px; }
tr:last-child td { border-bottom: 0; }
th.name, td.name { text-align: left; }
td.bar { background: linear-gradient(to right, var(--bar) var(--share), transparent var(--share)); }
table.matrix { width: auto; }
.matrix td, .matrix th { padding: 2px 6px; font-size: 12px; border: 1px solid var(--line); }
.matrix td { text-align: center; min-width: 26px; }
.matrix thead th { vertical-align: bottom; height: 1px; }
.matrix thead th span { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 150px; overflow: hidden;
  text-overflow: ellipsis; }
.pairs { display: flex; flex-wrap: wrap; gap: 16px; }
.pair { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px; max-width: 100%; }
.pair header { display: flex; flex-wrap: wrap; gap: 4px 16px; margin-bottom: 8px; }
.pair header b { overflow-wrap: anywhere; }
.pair .both { display: grid; grid-template-columns: repeat(2, minmax(0, auto)); gap: 12px; justify-content: start; }
.pair figure { margin: 0; min-width: 0; }
.pair img { display: block; width: auto; max-width: 100%; height: auto; border-radius: 4px; }
.pair figcaption { color: var(--faint); font-size: 13px; margin-top: 4px; }
@media (max-width: 640px) { .pair .both { grid-template-columns: 1fr; } }
`;
