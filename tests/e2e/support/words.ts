// What a person reads, in each language: the files of languages/, by the paths of their texts.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = new URL('../../../languages/', import.meta.url).pathname;

/** The BCP 47 tags of all languages. */
export const LANGUAGES = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -5))
  .sort();

export class Words {
  private readonly texts: unknown;

  constructor(readonly language: string) {
    this.texts = JSON.parse(readFileSync(join(FOLDER, `${language}.json`), 'utf8'));
  }

  /** A text by its path (`later.login_title`), with the name in its place. */
  text(path: string, name = ''): string {
    const text = path.split('.').reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], this.texts);
    if (typeof text !== 'string') throw new Error(`languages/${this.language}.json has no text ${path}`);
    return text.replace('{}', name);
  }
}
