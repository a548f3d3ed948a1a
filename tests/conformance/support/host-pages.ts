// Pages as their authors wrote them for each system, from tests/conformance/pages; only the widget's origin is ours.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Pages } from '../../e2e/support/web-server';
import { moneykit, wealthica } from './client-packages';

const folder = resolve(import.meta.dirname, '../pages');

export async function hostPages(widget: () => string): Promise<Pages> {
  const scripts: Record<string, string> = { '/wealthica.js': wealthica(), '/moneykit.js': await moneykit() };
  return (path) => {
    const script = scripts[path];
    if (script) return { type: 'text/javascript', body: script };
    const file = resolve(folder, `${path.slice(1)}.html`);
    if (!/^\/[a-z-]+$/.test(path) || !existsSync(file)) return undefined;
    return { body: readFileSync(file, 'utf8').replaceAll('https://connect.example', widget()) };
  };
}
