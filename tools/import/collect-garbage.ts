/**
 * Gives back buffers that nothing holds any more. V8 hardly counts them, and would keep hundreds of megabytes of files and
 * of weights that were rearranged until long after the models of an import are done. The inspector is what Node has for it
 * without a flag; it waits for an empty stack, so that nothing is kept for seeming to lie there.
 */
export async function collectGarbage(): Promise<void> {
  try {
    const { Session } = await import('node:inspector/promises');
    const session = new Session();
    session.connect();
    await session.post('HeapProfiler.collectGarbage').finally(() => session.disconnect());
  } catch {
    // Without an inspector, as in some builds of Node, an import takes more memory and is none the worse.
  }
}
