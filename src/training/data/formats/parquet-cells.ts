import { decodeText } from '../decode-lines.js';
import { isCaption } from '../usable-captions.js';

/** Fields of a struct that hold a caption, as in `sentences: [{raw, tokens}]`. */
const CAPTION_FIELDS = ['raw', 'caption', 'text', 'sentence'] as const;

/** The encoded picture of a cell: bytes, or a struct with `bytes`. Undefined where it is empty. */
export function pictureOfCell(cell: unknown): Uint8Array | undefined {
  const bytes = isRecord(cell) ? cell.bytes : cell;
  return bytes instanceof Uint8Array && bytes.length > 0 ? bytes : undefined;
}

/** The captions of a cell: a text, or a list of texts or of structs that have one. What is no caption is left out. */
export function captionsOfCell(cell: unknown): string[] {
  if (Array.isArray(cell)) return cell.flatMap(captionsOfCell);
  if (cell instanceof Uint8Array) return captionsOfCell(decodeText(cell).text);
  if (typeof cell === 'string') return isCaption(cell) ? [cell.trim()] : [];
  if (!isRecord(cell)) return [];
  const field = CAPTION_FIELDS.find((name) => name in cell);
  return field === undefined ? [] : captionsOfCell(cell[field]);
}

/** A class: a whole number that a double holds. */
export function classOfCell(cell: unknown): number | undefined {
  const value = typeof cell === 'bigint' ? Number(cell) : cell;
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && !(value instanceof Uint8Array) && !Array.isArray(value)
  );
}
