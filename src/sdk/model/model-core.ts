import type { Bundle, Manifest } from '../bundle/index.js';
import { WordbrushError } from '../errors.js';
import { throwIfAborted } from '../generation/abort.js';
import { type DrawnStage, drawStages, type PictureRequest } from '../generation/draw-stages.js';
import type { EncodedText, TextReader } from '../generation/encode-text.js';
import { cannotScore, GraphLoader, type ScoringGraphs } from '../generation/load-graphs.js';
import type { LoadedStage } from '../generation/loaded-stage.js';
import { type NoiseShape, noiseShapeOf } from '../generation/picture-noise.js';
import { picturesAtOnce } from '../generation/pictures-at-once.js';
import { guardProgress, type ReportProgress } from '../generation/progress.js';
import { Turns } from '../generation/turns.js';
import type { GraphSession, ImageFiles, Platform, Runtime } from '../runtime/platform.js';
import type { ModelInfo } from './model-info.js';
import { Usage } from './usage.js';

/** What a model consists of once it is loaded. */
export interface ModelParts {
  platform: Platform;
  runtime: Runtime;
  bundle: Bundle;
  /** Undefined for a model without text. */
  text: TextReader | undefined;
  /** None for a model that was loaded to score. */
  stages: readonly LoadedStage[];
  sessions: readonly GraphSession[];
}

/** One call's limits and listeners. */
export interface Call {
  signal: AbortSignal | undefined;
  report: ReportProgress;
  /** Throws ABORTED or DISPOSED. */
  mayGoOn(): void;
}

/** What the calls of a model share: its graphs, one at a time released, and when they may be used. */
export class ModelCore {
  readonly #parts: ModelParts;
  readonly #usage = new Usage();
  readonly #turns = new Turns();
  readonly noiseShape: NoiseShape;
  readonly #atOnce: number;
  #scoring: Promise<ScoringGraphs> | undefined;
  #sessions: GraphSession[];

  constructor(parts: ModelParts) {
    this.#parts = parts;
    this.#sessions = [...parts.sessions];
    this.#atOnce = picturesAtOnce(parts.stages);
    this.noiseShape = noiseShapeOf(parts.bundle.manifest);
  }

  get manifest(): Manifest {
    return this.#parts.bundle.manifest;
  }

  get device(): Runtime['device'] {
    return this.#parts.runtime.device;
  }

  get images(): ImageFiles {
    return this.#parts.platform.images;
  }

  /** A prompt that it knows; undefined for a model without text. */
  get samplePrompt(): string | undefined {
    return this.#parts.text?.samplePrompt;
  }

  /** @throws WordbrushError DISPOSED, ABORTED. */
  begin(signal: AbortSignal | undefined, onProgress: ReportProgress | undefined): Call {
    const mayGoOn = (): void => {
      throwIfAborted(signal);
      this.#usage.requireUsable();
    };
    mayGoOn();
    return { signal, report: guardProgress(onProgress, this.#parts.platform.warn), mayGoOn };
  }

  /** Resolves when a call may do its next piece of work without holding up the event loop. */
  nextTurn(): Promise<void> {
    return this.#turns.next();
  }

  /** Has `dispose()` wait for this work. */
  track<T>(work: Promise<T>): Promise<T> {
    return this.#usage.track(work);
  }

  /** Reads a prompt. @throws WordbrushError as TextReader.read does. */
  async readText(prompt: string, { mayGoOn, signal }: Call): Promise<EncodedText & { elapsedMs: number }> {
    mayGoOn();
    const started = performance.now();
    const { text } = this.#parts;
    if (text === undefined) {
      return { values: new Map(), words: [], elapsedMs: 0 };
    }
    return { ...(await text.read(prompt, signal)), elapsedMs: performance.now() - started };
  }

  /**
   * The stages up to the one of a size.
   * @throws WordbrushError INVALID_OPTION if none gives that size, or the model only scores.
   */
  stagesTo(size: number | undefined): readonly LoadedStage[] {
    const { stages } = this.#parts;
    if (stages.length === 0) {
      throw new WordbrushError(
        'INVALID_OPTION',
        `Expected a model that draws; ${this.manifest.name} only scores.`,
        { hint: 'Draw with another model, and score its pictures with this one.' },
      );
    }
    if (size === undefined) {
      return stages;
    }
    const last = stages.findIndex(({ description }) => description.size === size);
    if (last < 0) {
      const sizes = stages.map(({ description }) => description.size).join(', ');
      throw new WordbrushError('INVALID_OPTION', `Expected size: one of ${sizes}, received ${size}.`, {
        details: { option: 'size' },
      });
    }
    return stages.slice(0, last + 1);
  }

  /** How many runs of graphs go on at once. */
  get lanes(): number {
    return this.#parts.runtime.lanes;
  }

  /**
   * Draws, and reports each stage of each picture.
   * @param lanes how many runs may go on at once; one by default, and then none goes on between two steps.
   */
  async *draw(
    stages: readonly LoadedStage[],
    requests: readonly PictureRequest[],
    { mayGoOn, report, signal }: Call,
    lanes = 1,
  ): AsyncGenerator<DrawnStage, void, undefined> {
    const total = requests.length * stages.length;
    let completed = 0;
    const steps = drawStages({ stages, requests, atOnce: this.#atOnce, lanes, mayGoOn, signal });
    for await (const drawn of this.#tracked(steps)) {
      // Also between the pictures of one run: a call that was stopped reports nothing more.
      mayGoOn();
      completed++;
      report({ phase: 'generate', completed, total, image: drawn.index, size: drawn.size });
      yield drawn;
    }
  }

  /**
   * The graphs that scoring takes, loaded when they are first needed.
   * @throws WordbrushError INVALID_OPTION if the model has none; FILE_MISSING, INTEGRITY_MISMATCH, MODEL_INVALID, ABORTED.
   */
  async scoringGraphs(call: Call): Promise<ScoringGraphs> {
    const { manifest } = this;
    if (manifest.imageEncoder === undefined || manifest.matcher === undefined) {
      throw cannotScore(manifest.name);
    }
    for (;;) {
      call.mayGoOn();
      const loading = this.#scoring ?? this.#loadScoring(call);
      this.#scoring = loading;
      try {
        return await loading;
      } catch (error) {
        if (this.#scoring === loading) {
          this.#scoring = undefined;
        }
        // Another call began the loading and was stopped; this one was not.
        const wasStopped = error instanceof WordbrushError && error.code === 'ABORTED';
        if (!wasStopped || call.signal?.aborted) {
          throw error;
        }
      }
    }
  }

  info(): ModelInfo {
    const { bundle, runtime, text } = this.#parts;
    const { manifest, location } = bundle;
    const { name, architecture, conditional, stages, tokenizer, precision, training } = manifest;
    const { zDim, epsDim, epsStages } = this.noiseShape;
    return {
      name,
      architecture,
      conditional,
      location,
      device: runtime.device,
      adapter: runtime.adapter,
      passedOver: [...runtime.passedOver],
      notes: [...runtime.notes],
      sizes: stages.map(({ size }) => size),
      vocabularyWords: text?.vocabularyWords,
      maxWords: tokenizer?.kind === 'words' ? tokenizer.maxLength : undefined,
      noise: { zDim, epsDim, epsCount: epsStages.length },
      canScore: manifest.matcher !== undefined,
      precision,
      training: structuredClone(training),
    };
  }

  dispose(): Promise<void> {
    return this.#usage.end(async () => {
      await Promise.all(this.#sessions.map((session) => session.dispose()));
      await this.#parts.runtime.dispose();
    });
  }

  /** Has `dispose()` wait for each step. */
  async *#tracked<Step>(steps: AsyncGenerator<Step, void, undefined>): AsyncGenerator<Step, void, undefined> {
    try {
      for (;;) {
        const step = await this.track(steps.next());
        if (step.done === true) return;
        yield step.value;
      }
    } finally {
      // Who stops asking has what was held for the next step freed.
      await steps.return();
    }
  }

  async #loadScoring({ report, signal }: Call): Promise<ScoringGraphs> {
    const { bundle, runtime } = this.#parts;
    const files = await bundle.read(['scoring'], report, signal);
    const loader = new GraphLoader(runtime, bundle.manifest, files, { report, signal, total: 2 });
    try {
      const graphs = await loader.scoring();
      this.#sessions.push(...loader.sessions);
      return graphs;
    } catch (error) {
      await loader.release();
      throw error;
    }
  }
}
