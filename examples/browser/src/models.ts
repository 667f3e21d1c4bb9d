import { type DeviceChoice, loadModel, type Model, type ModelSource, type ProgressEvent } from 'wordbrush';

const MODELS = new URL('wordbrush/models/', document.baseURI);

/** How weights may be stored, the most exact first. */
const PRECISIONS = ['fp32', 'fp16', 'int8'] as const;
export type Precision = (typeof PRECISIONS)[number];

/** A model beside the page, in each precision that there is of it. */
export interface ListedModel {
  name: string;
  /** URLs of the bundles, the most exact first. */
  bundles: ReadonlyMap<Precision, string>;
}

/**
 * The models that were copied beside this page, by the command `wordbrush copy-assets`: those that draw, and the URL of one
 * that only scores. Bundles whose names differ in their precision alone, as in `birds` and `birds-int8`, are one model.
 */
export async function listModels(): Promise<{ drawing: ListedModel[]; scorer: string | undefined }> {
  const names = await fetchJson('index.json');
  const folders = Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
  const found = await Promise.all(folders.map(async (folder) => ({ folder, ...(await describe(folder)) })));
  const drawers = found.filter(({ stages }) => stages !== 0);
  const scorer = found.find(({ stages }) => stages === 0)?.folder;
  const models = new Map<string, Map<Precision, string>>();
  for (const precision of PRECISIONS) {
    for (const { folder } of drawers.filter((one) => one.precision === precision)) {
      const name = folder.replace(new RegExp(`-${precision}$`, 'u'), '');
      models.set(
        name,
        (models.get(name) ?? new Map<Precision, string>()).set(precision, new URL(folder, MODELS).href),
      );
    }
  }
  return {
    drawing: Array.from(models, ([name, bundles]) => ({ name, bundles })),
    scorer: scorer === undefined ? undefined : new URL(scorer, MODELS).href,
  };
}

/** Both undefined for a bundle that is not there. */
async function describe(
  folder: string,
): Promise<{ precision: Precision | undefined; stages: number | undefined }> {
  const manifest = await fetchJson(`${folder}/manifest.json`);
  const fieldOf = (key: string): unknown =>
    manifest instanceof Object ? Reflect.get(manifest, key) : undefined;
  const stages = fieldOf('stages');
  return {
    precision: PRECISIONS.find((one) => one === fieldOf('precision')),
    stages: Array.isArray(stages) ? stages.length : undefined,
  };
}

/** @returns undefined where there is no such file, or it is a page. */
async function fetchJson(path: string): Promise<unknown> {
  const response = await fetch(new URL(path, MODELS));
  return response.ok ? response.json().catch(() => undefined) : undefined;
}

/** Holds one model, until another is ready to take its place. */
export class ModelHolder {
  #model: Model | undefined;
  #loading: AbortController | undefined;

  get current(): Model | undefined {
    return this.#model;
  }

  /** @returns undefined if another was asked for meanwhile. @throws WordbrushError; the model before it stays. */
  async load(
    choice: { source: ModelSource; device: DeviceChoice },
    onProgress: (event: ProgressEvent) => void,
  ): Promise<Model | undefined> {
    this.#loading?.abort();
    const controller = new AbortController();
    this.#loading = controller;
    const { signal } = controller;
    let model: Model | undefined;
    try {
      model = await loadModel(choice.source, { device: choice.device, signal, onProgress });
      // WebGPU compiles its shaders at the first run: before a picture is waited for, and with its progress shown.
      if (model.info().device === 'webgpu') await model.warmUp({ signal, onProgress });
    } catch (error) {
      await model?.dispose();
      if (signal.aborted) return undefined;
      throw error;
    }
    if (signal.aborted) {
      await model.dispose();
      return undefined;
    }
    const previous = this.#model;
    this.#model = model;
    await previous?.dispose();
    return model;
  }
}
