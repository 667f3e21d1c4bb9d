import type { Bundle, StageDescription } from '../bundle/index.js';
import { reasonOf, WordbrushError } from '../errors.js';
import type { GraphSession, Platform } from '../runtime/platform.js';
import { throwIfAborted } from './abort.js';
import { checkStage, checkTextEncoder } from './check-graph.js';
import type { ReportProgress } from './progress.js';

/** One loaded stage of the generator. */
export interface LoadedStage {
  description: StageDescription;
  session: GraphSession;
}

/** The graphs that drawing takes. */
export interface LoadedGraphs {
  textEncoder: GraphSession;
  stages: readonly LoadedStage[];
  dispose(): Promise<void>;
}

/**
 * Loads the verified graphs of a bundle. If one fails, those already loaded are released.
 * @throws WordbrushError MODEL_INVALID, RUNTIME_MISSING, ABORTED.
 */
export async function loadGraphs(
  platform: Platform,
  bundle: Bundle,
  report: ReportProgress,
  signal: AbortSignal | undefined,
): Promise<LoadedGraphs> {
  const { manifest } = bundle;
  const sessions: GraphSession[] = [];
  const total = manifest.stages.length + 1;
  const load = async (file: string): Promise<GraphSession> => {
    throwIfAborted(signal);
    const session = await createSession(platform, bundle.bytesOf(file), file);
    sessions.push(session);
    report({ phase: 'session', completed: sessions.length, total, file });
    return session;
  };
  const dispose = async (): Promise<void> => {
    await Promise.all(sessions.map((session) => session.dispose()));
  };
  try {
    const textEncoder = await load(manifest.textEncoder.file);
    checkTextEncoder(textEncoder, manifest);
    const stages: LoadedStage[] = [];
    for (const description of manifest.stages) {
      const session = await load(description.file);
      checkStage(session, description, manifest);
      stages.push({ description, session });
    }
    return { textEncoder, stages, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function createSession(platform: Platform, graph: Uint8Array, file: string): Promise<GraphSession> {
  try {
    return await platform.createSession(graph);
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
