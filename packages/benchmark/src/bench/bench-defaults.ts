export const DEFAULTS = { percentile: 95, precision: 0.03, budgetMs: 60_000, maxProcesses: 16 } as const;
