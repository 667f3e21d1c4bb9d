const HEADER_BYTES = 64;
const SECTION_BYTES = 64;

/** A shared library of nothing but its list of needed libraries. */
export function elfFile(needed: readonly string[]): Uint8Array {
  const texts = Buffer.from(`\0${needed.join('\0')}\0`, 'latin1');
  const dynamicAt = HEADER_BYTES;
  const dynamicBytes = 16 * (needed.length + 1);
  const textsAt = dynamicAt + dynamicBytes;
  const sectionsAt = textsAt + texts.length;
  const file = Buffer.alloc(sectionsAt + 3 * SECTION_BYTES);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  file.writeBigUInt64LE(BigInt(sectionsAt), 0x28);
  file.writeUInt16LE(SECTION_BYTES, 0x3a);
  file.writeUInt16LE(3, 0x3c);
  let textAt = 1;
  for (const [index, name] of needed.entries()) {
    file.writeBigUInt64LE(1n, dynamicAt + 16 * index);
    file.writeBigUInt64LE(BigInt(textAt), dynamicAt + 16 * index + 8);
    textAt += name.length + 1;
  }
  file.set(texts, textsAt);
  const section = (index: number, type: number, offset: number, bytes: number, link: number): void => {
    const at = sectionsAt + index * SECTION_BYTES;
    file.writeUInt32LE(type, at + 4);
    file.writeBigUInt64LE(BigInt(offset), at + 24);
    file.writeBigUInt64LE(BigInt(bytes), at + 32);
    file.writeUInt32LE(link, at + 40);
  };
  section(1, 6, dynamicAt, dynamicBytes, 2);
  section(2, 3, textsAt, texts.length, 0);
  return file;
}
