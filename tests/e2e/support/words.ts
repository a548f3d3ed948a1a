// The widget's words in a language, by their keys in languages/: no test knows a sentence.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const FOLDER = resolve(import.meta.dirname, '../../../languages');
const ENGLISH = 'en';

/** The tags of all languages; English first. */
export const LANGUAGES: string[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.replace('.json', ''))
  .sort((a, b) => Number(b === ENGLISH) - Number(a === ENGLISH) || a.localeCompare(b));

type Texts = { [key: string]: string | string[] | Texts };

/** Of a language itself, and of no screen. */
const NO_TEXTS = ['name', 'direction'];

export class Words {
  private readonly texts: Texts;

  constructor(readonly language: string) {
    this.texts = JSON.parse(readFileSync(join(FOLDER, `${language}.json`), 'utf8')) as Texts;
  }

  /** The text at `later.login_title`, with a name in it. */
  text(path: string, name = ''): string {
    let found: unknown = this.texts;
    for (const key of path.split('.')) found = (found as Texts | undefined)?.[key];
    if (typeof found !== 'string') throw new Error(`languages/${this.language}.json has no text ${path}`);
    // A function: what stands in a name is no pattern.
    return found.replaceAll('{}', () => name);
  }

  /** Every text with its key; of a list each by its number, of a plural each by its form. */
  all(): [path: string, text: string][] {
    const within = (path: string, found: string | string[] | Texts): [string, string][] =>
      typeof found === 'string' ? [[path, found]] : Object.entries(found).flatMap(([key, inner]) => within(path ? `${path}.${key}` : key, inner));
    return within('', this.texts).filter(([path]) => !NO_TEXTS.includes(path));
  }
}

/** English and another one; `--deep` takes all. */
export function someLanguages(): string[] {
  const [english, ...others] = LANGUAGES;
  return process.env.DEEP ? LANGUAGES : [english!, ...others.slice(-1)];
}
