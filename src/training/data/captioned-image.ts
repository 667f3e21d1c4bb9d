import type { Split } from './test-split.js';

/** Where the bytes of a picture are, and what of the picture is meant. Plain values: threads are sent them. */
export interface PictureFile {
  path: string;
  /** The part of the file that is the picture, as in an archive; without it the whole file. */
  range?: ByteRange | undefined;
  /** The thing that the picture is of; it is cropped around that. Without it the whole picture. */
  box?: Box | undefined;
}

export interface ByteRange {
  /** Bytes. */
  offset: number;
  length: number;
}

/** A rectangle in pixels of the upright picture, as `bounding_boxes.txt` of CUB-200-2011 has it. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A picture of a data set with what is said about it. */
export interface CaptionedImage extends PictureFile {
  /** Name within the data set, with forward slashes: the one it keeps in logs and metrics. No other has it. */
  fileName: string;
  /** At least one, each with a word. */
  captions: readonly string[];
  split: Split;
  /** Kind or class of what is shown, where the data set says it. */
  group: string | undefined;
  /** Class, where the data set says it: pictures of one class are no wrong answers for one another. */
  classId: number | undefined;
  /** The file that lists the picture. */
  listedIn: string;
  /** Line of that file, or row of that table, from 1. */
  line: number;
}
