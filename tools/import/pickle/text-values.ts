/** Longer numbers in text take time that grows with the square of their length. */
const MAX_DIGITS = 600;
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

/** An integer as Python writes it, perhaps with the L of Python 2; undefined if it is none. */
export function integerOf(text: string): number | bigint | undefined {
  const digits = /^\s*(-?\d+)L?\s*$/.exec(text)?.[1];
  if (digits === undefined || digits.length > MAX_DIGITS) return undefined;
  return exactNumber(BigInt(digits));
}

/** Two's complement, little-endian. */
export function integerOfBytes(bytes: Uint8Array): number | bigint {
  let value = 0n;
  for (const [i, byte] of bytes.entries()) value |= BigInt(byte) << BigInt(8 * i);
  if (((bytes.at(-1) ?? 0) & 0x80) !== 0) value -= 1n << BigInt(8 * bytes.length);
  return exactNumber(value);
}

/** A float as Python writes it; undefined if it is none. */
export function floatOf(text: string): number | undefined {
  // Before anything looks at it: a long one would take time that grows with the square of its length.
  if (text.length > MAX_DIGITS) return undefined;
  const plain = text.trim().toLowerCase();
  const special = { nan: Number.NaN, inf: Number.POSITIVE_INFINITY, '-inf': Number.NEGATIVE_INFINITY };
  const found = Object.entries(special).find(([name]) => name === plain);
  if (found !== undefined) return found[1];
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(plain) ? Number(plain) : undefined;
}

/** A quoted Python 2 string, its bytes as latin-1 characters; undefined if it is none. */
export function pythonString(text: string): string | undefined {
  const line = text.trim();
  const quote = line[0];
  if (line.length < 2 || (quote !== "'" && quote !== '"') || line.at(-1) !== quote) return undefined;
  const body = line.slice(1, -1);
  return body.replace(/\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|.)/g, (whole, code: string) => {
    if (/^x./.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8) & 0xff);
    return ESCAPES[code] ?? whole;
  });
}

/** A line in Python's `raw-unicode-escape`: latin-1 with \uXXXX and \UXXXXXXXX. */
export function rawUnicode(text: string): string | undefined {
  let isValid = true;
  const decoded = text.replace(
    /\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g,
    (_, short: string, long: string) => {
      const code = Number.parseInt(short ?? long, 16);
      isValid &&= code <= 0x10ffff;
      return isValid ? String.fromCodePoint(code) : '';
    },
  );
  return isValid ? decoded : undefined;
}

/** A number where it is exact as one. */
export function exactNumber(value: bigint): number | bigint {
  const exact = value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
  return exact ? Number(value) : value;
}
