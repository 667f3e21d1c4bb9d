/** Does one thing after the other. */
export type Queue = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** ONNX Runtime's WebAssembly waits for a graphics card in the middle of a run, and cannot be entered meanwhile. */
export function createQueue(): Queue {
  let previous: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = previous.then(work);
    previous = next.catch(() => undefined);
    return next;
  };
}
