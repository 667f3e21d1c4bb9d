// A reader of event files that shares no code with the writer: bytes, varints and a bitwise CRC.

export interface ReadEvent {
  wallSeconds: number;
  step: number;
  version?: string;
  /** `SessionLog.status` */
  session?: number;
  scalars: Record<string, number>;
  images: Record<string, { width: number; height: number; colors: number; png: Buffer }>;
}

/** Every event of a file; throws where a checksum is wrong or the file ends inside of a record. */
export function readEvents(file: Buffer): ReadEvent[] {
  const events: ReadEvent[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    if (file.readUInt32LE(at + 8) !== masked(file.subarray(at, at + 8))) throw new Error('length');
    const data = file.subarray(at + 12, at + 12 + length);
    if (data.length < length || file.readUInt32LE(at + 12 + length) !== masked(data)) throw new Error('data');
    events.push(readEvent(data));
    at += 16 + length;
  }
  return events;
}

function masked(bytes: Buffer): number {
  let crc = 0xffffffffn;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0x82f63b78n : crc >> 1n;
  }
  crc ^= 0xffffffffn;
  const turned = ((crc >> 15n) | (crc << 17n)) & 0xffffffffn;
  return Number((turned + 0xa282ead8n) & 0xffffffffn);
}

type Field = { number: number; value: number | bigint | Buffer };

function fieldsOf(data: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = data.readUInt8(at++);
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < data.length) {
    const key = Number(varint());
    const [number, wire] = [key >> 3, key & 7];
    if (wire === 0) fields.push({ number, value: varint() });
    else if (wire === 1) {
      fields.push({ number, value: data.readDoubleLE(at) });
      at += 8;
    } else if (wire === 5) {
      fields.push({ number, value: data.readFloatLE(at) });
      at += 4;
    } else {
      const length = Number(varint());
      fields.push({ number, value: data.subarray(at, at + length) });
      at += length;
    }
  }
  return fields;
}

function bytesOf({ value }: Field): Buffer {
  if (Buffer.isBuffer(value)) return value;
  throw new Error('Expected bytes.');
}

function readEvent(data: Buffer): ReadEvent {
  const event: ReadEvent = { wallSeconds: 0, step: 0, scalars: {}, images: {} };
  for (const field of fieldsOf(data)) {
    if (field.number === 1) event.wallSeconds = Number(field.value);
    if (field.number === 2) event.step = Number(field.value);
    if (field.number === 3) event.version = String(bytesOf(field));
    if (field.number === 7) event.session = Number(fieldsOf(bytesOf(field))[0]?.value);
    if (field.number === 5) for (const value of fieldsOf(bytesOf(field))) readValue(bytesOf(value), event);
  }
  return event;
}

function readValue(data: Buffer, event: ReadEvent): void {
  const fields = fieldsOf(data);
  const tag = String(fields.find(({ number }) => number === 1)?.value);
  for (const field of fields) {
    if (field.number === 2) event.scalars[tag] = Number(field.value);
    if (field.number !== 4) continue;
    const inside = fieldsOf(bytesOf(field));
    const at = (number: number) => inside.find((one) => one.number === number)?.value;
    event.images[tag] = {
      height: Number(at(1)),
      width: Number(at(2)),
      colors: Number(at(3)),
      png: Buffer.from(inside.find(({ number }) => number === 4)?.value as Buffer),
    };
  }
}
