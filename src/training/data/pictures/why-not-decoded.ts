const MOST_LETTERS = 120;

/** What sharp says, by what it means for whoever has the file. */
const KNOWN: readonly (readonly [RegExp, string])[] = [
  [/exceeds pixel limit/, 'it has more than 100 megapixels, or says so'],
  [/buffer is empty/i, 'the file is empty'],
  [
    /unsupported image format/,
    'it is no picture, or of a kind that is not read (JPEG, PNG, WebP, AVIF, GIF and TIFF are)',
  ],
  [/Warning treated as error|premature end/i, 'it is damaged or cut short'],
];

/** Why a picture does not decode, on one line, without a full stop. */
export function whyNotDecoded(reason: string): string {
  const known = KNOWN.find(([pattern]) => pattern.test(reason));
  if (known !== undefined) return known[1];
  const lines = [...new Set(reason.split(/\s*\n\s*/))].join('; ');
  return `it is damaged (${lines.length > MOST_LETTERS ? `${lines.slice(0, MOST_LETTERS)}…` : lines})`;
}
