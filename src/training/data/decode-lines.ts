/** A line of a text file. */
export interface TextLine {
  text: string;
  /** From 1. */
  line: number;
  /** The bytes were no UTF-8 and were read as Windows-1252, which has all of Latin-1. */
  wasLatin1: boolean;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * The lines of a text file, without their ends (`\n`, `\r\n` or `\r`) and without a byte-order mark. UTF-8, or UTF-16 after
 * its mark; a line that is no UTF-8 is read as Windows-1252, since each line may come from another hand.
 */
export function decodeLines(bytes: Uint8Array): TextLine[] {
  const utf16 = utf16Label(bytes);
  if (utf16 !== undefined) {
    const lines = new TextDecoder(utf16).decode(bytes).split(/\r\n?|\n/);
    return lines.map((text, index) => ({ text, line: index + 1, wasLatin1: false }));
  }
  const lines: TextLine[] = [];
  let begin = 0;
  for (let end = 0; end <= bytes.length; end++) {
    const byte = bytes[end];
    if (byte !== LINE_FEED && byte !== CARRIAGE_RETURN && byte !== undefined) continue;
    lines.push({ ...decodeText(bytes.subarray(begin, end)), line: lines.length + 1 });
    if (byte === CARRIAGE_RETURN && bytes[end + 1] === LINE_FEED) end++;
    begin = end + 1;
  }
  return lines;
}

/** Text that is UTF-8, else Windows-1252. */
export function decodeText(bytes: Uint8Array): Pick<TextLine, 'text' | 'wasLatin1'> {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), wasLatin1: false };
  } catch {
    return { text: new TextDecoder('windows-1252').decode(bytes), wasLatin1: true };
  }
}

function utf16Label([first, second]: Uint8Array): string | undefined {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
}
