/** A line of a text file. */
export interface TextLine {
  text: string;
  /** From 1. */
  line: number;
  /** The bytes were no UTF-8 and were read as Windows-1252, which has all of Latin-1. */
  wasLatin1: boolean;
}

const LINE_FEED = 0x0a;

/**
 * The lines of a text file, without their ends (`\n` or `\r\n`) and without a byte-order mark. UTF-8, or UTF-16 after its
 * mark; a line that is no UTF-8 is read as Windows-1252, since each line may come from another hand.
 */
export function decodeLines(bytes: Uint8Array): TextLine[] {
  const utf16 = utf16Label(bytes);
  if (utf16 !== undefined) {
    const lines = new TextDecoder(utf16).decode(bytes).split(/\r?\n/);
    return lines.map((text, index) => ({ text, line: index + 1, wasLatin1: false }));
  }
  const lines: TextLine[] = [];
  for (let begin = 0; begin <= bytes.length; ) {
    const end = bytes.indexOf(LINE_FEED, begin);
    const line = bytes.subarray(begin, end < 0 ? bytes.length : end);
    lines.push({ ...decodeText(line), line: lines.length + 1 });
    begin = end < 0 ? bytes.length + 1 : end + 1;
  }
  return lines;
}

/** Text that is UTF-8, else Windows-1252. */
export function decodeText(bytes: Uint8Array): Pick<TextLine, 'text' | 'wasLatin1'> {
  const cut = (text: string) => text.replace(/\r$/, '');
  try {
    return { text: cut(new TextDecoder('utf-8', { fatal: true }).decode(bytes)), wasLatin1: false };
  } catch {
    return { text: cut(new TextDecoder('windows-1252').decode(bytes)), wasLatin1: true };
  }
}

function utf16Label([first, second]: Uint8Array): string | undefined {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
}
