/** A picture as a batch has it. */
export interface PictureDraw {
  /** Place in the training split. */
  index: number;
  /** Mirrored left to right. */
  flip: boolean;
}

/** The pictures of a training split at every side that is drawn. */
export interface TrainingPictures {
  readonly count: number;
  /** In pixels, smallest first. */
  readonly sides: readonly number[];
  /** For how many steps pictures are to be asked for before they are needed; 0 where they are at hand. */
  readonly stepsAhead: number;
  /**
   * Values of `[draws, side, side, 3]` in [-1, 1], an array for each of `sides`, which are all by default. They depend on the
   * draws alone.
   * @throws WordbrushError DATASET_INVALID for a picture that does not decode, WORKER_LOST
   */
  rows(draws: readonly PictureDraw[], sides?: readonly number[]): Promise<Float32Array[]>;
  /** Ends what decodes; what is asked for afterwards fails. */
  close(): Promise<void>;
}

/** The same pictures at one side. Closing them closes the others. */
export function atSide(pictures: TrainingPictures, side: number): TrainingPictures {
  return {
    count: pictures.count,
    sides: [side],
    stepsAhead: pictures.stepsAhead,
    rows: (draws) => pictures.rows(draws, [side]),
    close: () => pictures.close(),
  };
}
