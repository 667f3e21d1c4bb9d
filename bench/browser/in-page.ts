// What runs in the page: it is handed over as text, so it uses nothing from outside but what the page has.

/** What the bench asks of the page. */
export interface PageRequest {
  device: 'wasm' | 'webgpu';
  /** URL of ONNX Runtime's module, the same that wordbrush loads. */
  runtimeUrl: string;
  modelUrl: string;
  prompt: string;
  /** Ends earlier, after ten rounds at least, where they take longer than `mostMs`. */
  rounds: number;
  mostMs: number;
}

export interface PageTimes {
  /** Bare runs of the text encoder and the stages, and generate() on the page, round by round; milliseconds. */
  bareMs: number[];
  generateMs: number[];
  /** generate() in a worker. */
  workerMs: number[];
  /** Of the page while the worker draws: the best of three series, for other programs hold a page up too. */
  longestTaskMs: number;
  threads: number;
}

/** Times generate() and bare onnxruntime-web on the same graphs in turns. */
export async function timeInPage(request: PageRequest): Promise<PageTimes> {
  const { device, runtimeUrl, modelUrl, prompt, rounds, mostMs } = request;
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
  // Threads that a contender leaves spinning, and timers that are due, are not to take the next one's time.
  const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    await rest(30);
    const started = performance.now();
    await work();
    return performance.now() - started;
  };

  const times: PageTimes = {
    bareMs: [],
    generateMs: [],
    workerMs: [],
    longestTaskMs: Number.POSITIVE_INFINITY,
    threads: runtime.env.wasm.numThreads ?? 1,
  };
  const contenders: (readonly [times: number[], work: (seed: number) => Promise<unknown>])[] = [
    [times.bareMs, runBare],
    [times.generateMs, (seed) => onPage.generate(prompt, { seed })],
  ];
  const warmUps = 3;
  let started = performance.now();
  for (let round = -warmUps; round < rounds; round++) {
    if (round === 0) started = performance.now();
    if (round >= 10 && performance.now() - started > mostMs) break;
    for (const [ofContender, work] of contenders) {
      const ms = await timed(() => work(round + warmUps));
      if (round >= 0) ofContender.push(ms);
    }
    // A, B, B, A: each follows each as often. Who comes after the other always is given less of a busy processor.
    contenders.reverse();
  }
  const count = times.bareMs.length;
  for (let series = 0; series < 3; series++) {
    // What ran on the page itself ends before the page's tasks are watched.
    await rest(100);
    let longestMs = 0;
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longestMs = Math.max(longestMs, duration);
    });
    observer.observe({ type: 'longtask' });
    for (let seed = 0; seed < count / 3; seed++) {
      times.workerMs.push(await timed(() => inWorker.generate(prompt, { seed })));
    }
    await rest(100);
    observer.disconnect();
    times.longestTaskMs = Math.min(times.longestTaskMs, longestMs);
  }
  await Promise.all([onPage.dispose(), inWorker.dispose()]);
  return times;
}

/** Milliseconds from the call of generate() to its picture, the model's loading included. */
export async function firstPicture(request: Pick<PageRequest, 'device' | 'prompt'>): Promise<number> {
  const started = performance.now();
  await wordbrush.generate(request.prompt, { device: request.device, seed: 7 });
  return performance.now() - started;
}
