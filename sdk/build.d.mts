export const LIMIT: number;
export function buildSdk(outdir: string): Promise<number>;
export const SUBPATHS: readonly string[];
