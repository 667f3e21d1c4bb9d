import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** A field of protobuf whose content, bytes or a message, is there in pieces: its tag and length, then the pieces. */
export function lengthDelimited(field: { number: number }, parts: readonly Uint8Array[]): Uint8Array[] {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return [new BinaryWriter().tag(field.number, WireType.LengthDelimited).uint32(length).finish(), ...parts];
}
