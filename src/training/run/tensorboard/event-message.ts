import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** A picture for TensorBoard. */
export interface EventImage {
  tag: string;
  png: Uint8Array;
  /** In pixels. */
  width: number;
  height: number;
}

/** What an event says, beside when. */
export type EventContent =
  /** The first event of a file. */
  | { kind: 'version' }
  /** From here on the steps are written anew: TensorBoard drops what older files have of them. */
  | { kind: 'start' }
  | { kind: 'scalars'; values: Readonly<Record<string, number>> }
  | { kind: 'images'; images: readonly EventImage[] };

const FILE_VERSION = 'brain.Event:2';
/** `SessionLog.SessionStatus.START` */
const SESSION_START = 1;
/** Of `Summary.Image.colorspace`: RGB. */
const RGB = 3;

/**
 * A message `Event`, with `Summary` and `SessionLog`, as `tensorflow/core/util/event.proto` and
 * `tensorflow/core/framework/summary.proto` number their fields.
 * @param wallSeconds seconds since 1970.
 */
export function eventMessage(step: number, wallSeconds: number, content: EventContent): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Bit64).double(wallSeconds);
  writer.tag(2, WireType.Varint).int64(step);
  switch (content.kind) {
    case 'version':
      writer.tag(3, WireType.LengthDelimited).string(FILE_VERSION);
      break;
    case 'start':
      message(writer, 7, (log) => log.tag(1, WireType.Varint).int32(SESSION_START));
      break;
    case 'scalars':
      message(writer, 5, (summary) => {
        for (const [tag, value] of Object.entries(content.values)) {
          message(summary, 1, (entry) => {
            entry.tag(1, WireType.LengthDelimited).string(tag);
            entry.tag(2, WireType.Bit32).float(value);
          });
        }
      });
      break;
    case 'images':
      message(writer, 5, (summary) => {
        for (const image of content.images) message(summary, 1, (entry) => writeImage(entry, image));
      });
      break;
  }
  return writer.finish();
}

function writeImage(entry: BinaryWriter, { tag, png, width, height }: EventImage): void {
  entry.tag(1, WireType.LengthDelimited).string(tag);
  message(entry, 4, (image) => {
    image.tag(1, WireType.Varint).int32(height);
    image.tag(2, WireType.Varint).int32(width);
    image.tag(3, WireType.Varint).int32(RGB);
    image.tag(4, WireType.LengthDelimited).bytes(png);
  });
}

function message(writer: BinaryWriter, field: number, write: (inner: BinaryWriter) => unknown): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write(writer);
  writer.join();
}
