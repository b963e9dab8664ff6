/** What the report of a benchmark needs besides the style of all reports. */
export const BENCH_STYLE = `
:root { --point: #2f6fde; --front: #1f8a4c; --run: 47, 111, 222; --run-alpha: 0.3; }
@media (prefers-color-scheme: dark) { :root { --point: #6ea2ff; --front: #4cc983; --run: 110, 162, 255; --run-alpha: 0.5; } }
.chart { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px; overflow-x: auto; }
.chart svg { display: block; width: 100%; min-width: 560px; height: auto; }
.chart text { fill: var(--text); font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
.chart .tick text, .chart text.faint { fill: var(--faint); font-size: 12px; }
.chart .grid { stroke: var(--line); stroke-width: 1; }
.chart .whisker { stroke: var(--point); stroke-width: 1.5; opacity: 0.5; }
.chart .point { fill: var(--point); }
.chart .front .point { fill: var(--front); }
.chart .front .whisker { stroke: var(--front); }
.chart .number { fill: var(--card); font-size: 11px; font-weight: 700; text-anchor: middle; dominant-baseline: central; }
.chart .line { fill: none; stroke: var(--front); stroke-width: 2; stroke-dasharray: 5 4; }
.chart .run { fill: rgba(var(--run), var(--run-alpha)); }
.chart .box { fill: none; stroke: var(--text); stroke-width: 1.2; }
.chart .median { stroke: var(--text); stroke-width: 2.5; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 8px 0 0; color: var(--faint); font-size: 13px; }
td.wrap { white-space: normal; }
`;
