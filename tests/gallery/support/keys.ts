// Puts a text's key in the place of the text, so that what is kept of a screen stays the same when its words change.
import { Words } from '../../e2e/support/words';

interface Key {
  pattern: RegExp;
  put: string;
  length: number;
}

/** A name in a text: a bank's, the app's, a time. */
const NAME = '([^"\\n]{1,60}?)';

export class Keys {
  private readonly keys: Key[];

  constructor(language: string) {
    // The others are a server's words, and of no screen.
    const texts = new Words(language).all().filter(([path]) => /^(page|first|later)\./.test(path));
    this.keys = texts.map(([path, text]) => key(path, text)).sort((a, b) => b.length - a.length);
  }

  /** Of a text in English. */
  of(text: string): string {
    let keyed = text;
    for (const { pattern, put } of this.keys) keyed = keyed.replace(pattern, put);
    return keyed;
  }
}

function key(path: string, text: string): Key {
  const escaped = text.trim().replace(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll('{}', NAME);
  // Whole words: “Close” is in “Closed”. A single one, and what ends with a name, goes up to the end of what is said.
  const begin = escaped.startsWith(NAME) ? '(?<="|: )' : '(?<![\\p{L}\\p{N}{.])';
  const end = escaped.endsWith(NAME) || !text.includes(' ') ? '(?="|$)' : '(?![\\p{L}\\p{N}}])';
  const names = text.split('{}').length - 1;
  const said = Array.from({ length: names }, (_, at) => `$${at + 1}`).join(', ');
  return { pattern: new RegExp(begin + escaped + end, 'gmu'), put: `{${path}${said && ` ${said}`}}`, length: text.replaceAll('{}', '').length };
}
