const POLYNOMIAL = 0xedb88320;

/** A function that computes the CRC-32 of PNG and gzip (ISO 3309); its table of 256 entries is made once. */
export function createCrc32(): (bytes: Uint8Array) => number {
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) {
      remainder = remainder & 1 ? (remainder >>> 1) ^ POLYNOMIAL : remainder >>> 1;
    }
    return remainder;
  });
  return (bytes) => {
    let crc = 0xffffffff;
    for (const byte of bytes) {
      crc = (table[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
    }
    return (crc ^ 0xffffffff) >>> 0;
  };
}
