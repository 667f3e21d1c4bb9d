import type { Manifest, VerifiedFiles } from '../bundle/index.js';
import { reasonOf, WordbrushError } from '../errors.js';
import type { GraphSession, PlaceOptions, Runtime } from '../runtime/platform.js';
import { throwIfAborted } from './abort.js';
import { checkImageEncoder, checkMatcher, checkStages, checkTextEncoder } from './check-graph.js';
import { heldOutputs, type LoadedStage } from './loaded-stage.js';
import type { ReportProgress } from './progress.js';

/** The graphs that scoring takes beside the text encoder. */
export interface ScoringGraphs {
  imageEncoder: GraphSession;
  matcher: GraphSession;
}

/** Loads graphs one after the other; those already loaded are released if one fails. */
export class GraphLoader {
  readonly #runtime: Runtime;
  readonly #manifest: Manifest;
  readonly #files: VerifiedFiles;
  readonly #report: ReportProgress;
  readonly #signal: AbortSignal | undefined;
  readonly #total: number;
  readonly #sessions: GraphSession[] = [];

  /** @param total how many graphs will be loaded, for the progress. */
  constructor(
    runtime: Runtime,
    manifest: Manifest,
    files: VerifiedFiles,
    progress: { report: ReportProgress; signal: AbortSignal | undefined; total: number },
  ) {
    this.#runtime = runtime;
    this.#manifest = manifest;
    this.#files = files;
    this.#report = progress.report;
    this.#signal = progress.signal;
    this.#total = progress.total;
  }

  /** Those that were loaded, to be disposed of. */
  get sessions(): readonly GraphSession[] {
    return this.#sessions;
  }

  /** @throws WordbrushError MODEL_INVALID, ABORTED. */
  async textEncoder(): Promise<GraphSession | undefined> {
    const { textEncoder } = this.#manifest;
    if (textEncoder === undefined) {
      return undefined;
    }
    const session = await this.#load(textEncoder.file, { onProcessor: true });
    checkTextEncoder(session, textEncoder);
    return session;
  }

  /** @throws WordbrushError MODEL_INVALID, ABORTED. */
  async stages(): Promise<LoadedStage[]> {
    const stages: LoadedStage[] = [];
    for (const [index, description] of this.#manifest.stages.entries()) {
      const held = heldOutputs(this.#manifest.stages, index);
      stages.push({ description, session: await this.#load(description.file, { held }) });
      checkStages(stages, this.#manifest);
    }
    return stages;
  }

  /** @throws WordbrushError MODEL_INVALID, ABORTED; INVALID_OPTION if the model has none. */
  async scoring(): Promise<ScoringGraphs> {
    const { imageEncoder, matcher, textEncoder, name } = this.#manifest;
    if (imageEncoder === undefined || matcher === undefined || textEncoder === undefined) {
      throw cannotScore(name);
    }
    const imageSession = await this.#load(imageEncoder.file);
    checkImageEncoder(imageSession, imageEncoder);
    const matcherSession = await this.#load(matcher.file);
    checkMatcher(matcherSession, matcher, imageEncoder, textEncoder);
    return { imageEncoder: imageSession, matcher: matcherSession };
  }

  async release(): Promise<void> {
    await Promise.all(this.#sessions.splice(0).map((session) => session.dispose()));
  }

  async #load(file: string, options: PlaceOptions = {}): Promise<GraphSession> {
    throwIfAborted(this.#signal);
    const session = await createSession(this.#runtime, this.#files.bytesOf(file), file, options);
    this.#sessions.push(session);
    this.#report({ phase: 'session', completed: this.#sessions.length, total: this.#total, file });
    return session;
  }
}

/** The error of a model without image encoder. */
export function cannotScore(name: string): WordbrushError {
  return new WordbrushError(
    'INVALID_OPTION',
    `Expected a model with an image encoder and a matcher, to score with; ${name} has none.`,
    {
      hint: 'Export a model whose text encoder was trained with DAMSM, with its image encoder.',
      details: { option: 'model' },
    },
  );
}

async function createSession(
  runtime: Runtime,
  graph: Uint8Array,
  file: string,
  options: PlaceOptions,
): Promise<GraphSession> {
  try {
    return await runtime.createSession(graph, options);
  } catch (error) {
    if (error instanceof WordbrushError) {
      throw error;
    }
    throw new WordbrushError(
      'MODEL_INVALID',
      `Expected ${file} to be a graph that ONNX Runtime loads: ${reasonOf(error)}.`,
      {
        hint: 'Get the model bundle again, or export it again.',
        cause: error,
        details: { file },
      },
    );
  }
}
