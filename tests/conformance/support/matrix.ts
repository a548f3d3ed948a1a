// Which cell of the table a test stands for; xtask/js/conformance.mjs makes the table of the run's report.
import type { TestDetails } from '@playwright/test';

export type System = 'Wealthica' | 'MoneyKit' | 'Flinks' | 'Meld' | 'UCW v1' | 'UCW v2';
export type Way = 'success' | 'user closes' | 'bank error' | 'OAuth allow' | 'OAuth deny' | 'MFA' | 'reconnect';

/** The cell is ✓ when all its tests pass. */
export const cell = (system: System, way: Way): TestDetails => ({
  annotation: { type: 'cell', description: `${system} · ${way}` },
});
