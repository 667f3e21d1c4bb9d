const ELF_MAGIC = 0x7f454c46;
const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;
const SECTION_DYNAMIC = 6;
const TAG_NEEDED = 1n;
const DYNAMIC_ENTRY_BYTES = 16;

interface Section {
  type: number;
  offset: number;
  size: number;
  /** Index of the section that holds its texts. */
  link: number;
}

/**
 * The libraries that an ELF file (64 bits, little-endian) says it needs, such as `libcudart.so.12`.
 * @returns none for a file of another kind, or one whose tables leave the file.
 */
export function neededLibraries(file: Uint8Array): string[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  try {
    const isElf = view.getUint32(0) === ELF_MAGIC && view.getUint8(4) === CLASS_64;
    if (!isElf || view.getUint8(5) !== LITTLE_ENDIAN) {
      return [];
    }
    const sections = readSections(view);
    const dynamic = sections.find(({ type }) => type === SECTION_DYNAMIC);
    const texts = dynamic === undefined ? undefined : sections[dynamic.link];
    return dynamic === undefined || texts === undefined ? [] : readNeeded(view, dynamic, texts);
  } catch (error) {
    if (error instanceof RangeError) {
      return [];
    }
    throw error;
  }
}

function readSections(view: DataView): Section[] {
  const start = Number(view.getBigUint64(0x28, true));
  const entryBytes = view.getUint16(0x3a, true);
  return Array.from({ length: view.getUint16(0x3c, true) }, (_, index) => {
    const at = start + index * entryBytes;
    return {
      type: view.getUint32(at + 4, true),
      offset: Number(view.getBigUint64(at + 24, true)),
      size: Number(view.getBigUint64(at + 32, true)),
      link: view.getUint32(at + 40, true),
    };
  });
}

function readNeeded(view: DataView, dynamic: Section, texts: Section): string[] {
  const names: string[] = [];
  const end = Math.min(dynamic.offset + dynamic.size, view.byteLength);
  for (let at = dynamic.offset; at + DYNAMIC_ENTRY_BYTES <= end; at += DYNAMIC_ENTRY_BYTES) {
    if (view.getBigUint64(at, true) === TAG_NEEDED) {
      names.push(readText(view, texts.offset + Number(view.getBigUint64(at + 8, true))));
    }
  }
  return names;
}

function readText(view: DataView, start: number): string {
  let text = '';
  for (let at = start; view.getUint8(at) !== 0; at++) {
    text += String.fromCharCode(view.getUint8(at));
  }
  return text;
}
