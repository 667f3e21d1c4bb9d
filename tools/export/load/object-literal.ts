/**
 * Reads the JavaScript object literal that starts at `start`: what JSON has, and what a minifier makes of it (bare
 * keys, `!0`, `.5`, `void 0`, single quotes). Nothing is run. Throws `SyntaxError` for anything else.
 */
export function parseObjectLiteral(text: string, start: number): unknown {
  return new LiteralReader(text, start).value();
}

const NUMBER = /-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/iy;
const NAME = /[\p{ID_Start}$_][\p{ID_Continue}$]*/uy;
const STRING = /"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'/y;
const SPACE = /\s*/y;
const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['!0', true],
  ['!1', false],
  ['true', true],
  ['false', false],
  ['null', null],
  ['void 0', null],
]);

class LiteralReader {
  constructor(
    private readonly text: string,
    private position: number,
  ) {}

  value(): unknown {
    this.take(SPACE);
    const next = this.text[this.position];
    if (next === '{') return this.object();
    if (next === '[') return this.array();
    if (next === '"' || next === "'") return this.string();
    for (const [word, meaning] of WORDS) if (this.takeText(word)) return meaning;
    const number = this.take(NUMBER);
    if (number === undefined) throw this.unexpected();
    return Number(number);
  }

  private object(): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    this.list('{', '}', () => {
      const isQuoted = this.text[this.position] === '"' || this.text[this.position] === "'";
      const key = isQuoted ? this.string() : (this.take(NAME) ?? this.take(NUMBER));
      this.take(SPACE);
      if (key === undefined || !this.takeText(':')) throw this.unexpected();
      entries.push([key, this.value()]);
    });
    return Object.fromEntries(entries);
  }

  private array(): unknown[] {
    const values: unknown[] = [];
    this.list('[', ']', () => values.push(this.value()));
    return values;
  }

  private list(open: string, close: string, readEntry: () => void): void {
    this.takeText(open);
    this.take(SPACE);
    while (!this.takeText(close)) {
      readEntry();
      this.take(SPACE);
      if (this.takeText(',')) this.take(SPACE);
      else if (this.text[this.position] !== close) throw this.unexpected();
    }
  }

  private string(): string {
    const quoted = this.take(STRING);
    if (quoted === undefined) throw this.unexpected();
    const inner = quoted.slice(1, -1);
    // JSON's escapes are JavaScript's, but for a few that names and paths do not have.
    const escaped = inner.replace(/\\'|"/gu, (match) => (match === '"' ? '\\"' : "'"));
    const parsed: unknown = JSON.parse(quoted.startsWith('"') ? quoted : `"${escaped}"`);
    return String(parsed);
  }

  private takeText(expected: string): boolean {
    if (!this.text.startsWith(expected, this.position)) return false;
    this.position += expected.length;
    return true;
  }

  /** What the sticky pattern matches here, which is then behind. */
  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const match = pattern.exec(this.text)?.[0];
    this.position += match?.length ?? 0;
    return match;
  }

  private unexpected(): SyntaxError {
    const excerpt = this.text.slice(this.position, this.position + 20);
    return new SyntaxError(`expected a literal at character ${this.position}, received "${excerpt}"`);
  }
}
