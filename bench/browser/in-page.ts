// What runs in the page: it is handed over as text, so it uses nothing from outside but what the page has.

/** What the bench asks of the page. */
export interface PageRequest {
  device: 'wasm' | 'webgpu';
  /** URL of ONNX Runtime's module, the same that wordbrush loads. */
  runtimeUrl: string;
  modelUrl: string;
  prompt: string;
  rounds: number;
}

export interface PageTimes {
  /** Bare runs of the text encoder and the stages, and generate() on the page, in turns; milliseconds. */
  bareMs: number[];
  generateMs: number[];
  /** generate() in a worker. */
  workerMs: number[];
  longestTaskMs: number;
  threads: number;
}

/** Times generate() and bare onnxruntime-web on the same graphs in turns. */
export async function timeInPage(request: PageRequest): Promise<PageTimes> {
  const { device, runtimeUrl, modelUrl, prompt, rounds } = request;
  const onPage = await wordbrush.loadModel(modelUrl, { device, workers: 0 });
  const inWorker = await wordbrush.loadModel(modelUrl, { device, workers: 1 });
  // After wordbrush, which has set it up: both use one instance of the runtime.
  const runtime: typeof import('onnxruntime-common') = await import(runtimeUrl);
  const manifest = await (await fetch(`${modelUrl}manifest.json`)).json();
  const load = async (file: string, provider: string) =>
    runtime.InferenceSession.create(new Uint8Array(await (await fetch(modelUrl + file)).arrayBuffer()), {
      executionProviders: [provider],
      graphOptimizationLevel: 'all',
      logSeverityLevel: 4,
    });
  const encoder = await load(manifest.textEncoder.file, 'wasm');
  const stages: import('onnxruntime-common').InferenceSession[] = [];
  for (const { file } of manifest.stages) stages.push(await load(file, device));
  const { words }: { words: string[] } = await (
    await fetch(modelUrl + manifest.tokenizer.vocabularyFile)
  ).json();
  const ids = Int32Array.from(
    prompt
      .split(' ')
      .map((word) => words.indexOf(word))
      .filter((id) => id > 0),
  );
  const { zDim, epsDim } = manifest.noise;

  const runBare = async (seed: number): Promise<void> => {
    const values: Record<string, import('onnxruntime-common').Tensor> = {
      token_ids: new runtime.Tensor('int32', ids, [1, ids.length]),
      lengths: new runtime.Tensor('int32', Int32Array.of(ids.length), [1]),
      z: new runtime.Tensor('float32', drawNormals(seed, 0, zDim), [1, zDim]),
      eps: new runtime.Tensor('float32', drawNormals(seed, 1, epsDim), [1, epsDim]),
    };
    const feed = (names: readonly string[]) => {
      const feeds: typeof values = {};
      for (const name of names) {
        const value = values[name];
        if (value !== undefined) feeds[name] = value;
      }
      return feeds;
    };
    Object.assign(values, await encoder.run(feed(encoder.inputNames)));
    for (const stage of stages) {
      Object.assign(values, await stage.run(feed(stage.inputNames)));
      if (values.image !== undefined) values.previous_image = values.image;
    }
  };
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const started = performance.now();
    await work();
    return performance.now() - started;
  };

  const times: PageTimes = {
    bareMs: [],
    generateMs: [],
    workerMs: [],
    longestTaskMs: 0,
    threads: runtime.env.wasm.numThreads ?? 1,
  };
  const warmUps = 3;
  for (let round = -warmUps; round < rounds; round++) {
    const bareMs = await timed(() => runBare(round + warmUps));
    const generateMs = await timed(() => onPage.generate(prompt, { seed: round + warmUps }));
    if (round < 0) continue;
    times.bareMs.push(bareMs);
    times.generateMs.push(generateMs);
  }
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));
  // What ran on the page itself ends before the page's tasks are watched.
  await pause();
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      times.longestTaskMs = Math.max(times.longestTaskMs, duration);
    }
  });
  observer.observe({ type: 'longtask' });
  for (let round = -warmUps; round < rounds; round++) {
    const workerMs = await timed(() => inWorker.generate(prompt, { seed: round + warmUps }));
    if (round >= 0) times.workerMs.push(workerMs);
  }
  await pause();
  observer.disconnect();
  await Promise.all([onPage.dispose(), inWorker.dispose()]);
  return times;
}

/** Milliseconds from the call of generate() to its picture, the model's loading included. */
export async function firstPicture(request: Pick<PageRequest, 'device' | 'prompt'>): Promise<number> {
  const started = performance.now();
  await wordbrush.generate(request.prompt, { device: request.device, seed: 7 });
  return performance.now() - started;
}
