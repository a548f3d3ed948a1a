export const LIMIT: number;
export const NAME: string;
export const VERSION: string;
export function buildSdk(outdir: string): Promise<number>;
export function buildPackage(folder?: string): Promise<void>;
export const SUBPATHS: readonly string[];
export const SERVED: readonly string[];
