export const LIMIT: number;
export function buildSdk(outdir: string): Promise<number>;
