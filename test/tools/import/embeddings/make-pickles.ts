/** A list of float32 arrays `[rows, columns]`, as Python 2 with NumPy 1 pickles it in protocol 2. */
export function embeddingsPickle(arrays: readonly (readonly Float32Array[])[]): Buffer {
  const parts: Buffer[] = [opcodes('\x80\x02]q\x01(')];
  for (const [index, rows] of arrays.entries()) {
    const bytes = Buffer.concat(rows.map((row) => Buffer.from(row.buffer, row.byteOffset, row.byteLength)));
    // Names come once; after that the memo has them.
    const [reconstruct, dtype] =
      index === 0
        ? [
            'cnumpy.core.multiarray\n_reconstruct\nq\x02cnumpy\nndarray\nq\x03K\x00\x85U\x01b\x87q\x04R',
            'cnumpy\ndtype\nq\x05U\x02f4K\x00K\x01\x87R(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tbq\x06',
          ]
        : ['h\x02h\x04R', 'h\x06'];
    const size = (count: number) => `M${String.fromCharCode(count & 255, count >> 8)}`;
    const shape = `${size(rows.length)}${size(rows[0]?.length ?? 0)}\x86`;
    parts.push(opcodes(`${reconstruct}(K\x01${shape}${dtype}\x89T`), uint32(bytes.length), bytes);
    parts.push(opcodes('tb'));
  }
  return Buffer.concat([...parts, opcodes('e.')]);
}

/** A list of Python 2's strings in protocol 2. */
export function namesPickle(names: readonly string[]): Buffer {
  const strings = names.map((name) => Buffer.concat([opcodes('T'), uint32(name.length), opcodes(name)]));
  return Buffer.concat([opcodes('\x80\x02]q\x01('), ...strings, opcodes('e.')]);
}

function opcodes(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
