/** How far an evaluation has come; each phase may come several times. */
export interface EvaluationProgress {
  phase: 'read' | 'draw' | 'features' | 'judge' | 'distances';
  done: number;
  total: number;
}

/** What long parts of an evaluation take. */
export interface Progress {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: EvaluationProgress) => void) | undefined;
}
