import { type DeviceChoice, loadModel, type Model, type ModelSource, type ProgressEvent } from 'wordbrush';

const MODELS = new URL('wordbrush/models/', document.baseURI);

/** The models that were copied beside this page, by the command `wordbrush copy-assets`. */
export async function listModels(): Promise<string[]> {
  const response = await fetch(new URL('index.json', MODELS));
  const names: unknown = response.ok ? await response.json().catch(() => undefined) : undefined;
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
}

/** Holds one model; another takes its place. */
export class ModelHolder {
  #model: Model | undefined;
  #loading: AbortController | undefined;

  get current(): Model | undefined {
    return this.#model;
  }

  /** @returns undefined if another was asked for meanwhile. */
  async load(
    choice: { source: ModelSource; device: DeviceChoice },
    onProgress: (event: ProgressEvent) => void,
  ): Promise<Model | undefined> {
    this.#loading?.abort();
    const controller = new AbortController();
    this.#loading = controller;
    const previous = this.#model;
    this.#model = undefined;
    await previous?.dispose();
    const { source, device } = choice;
    try {
      const model = await loadModel(source, { device, signal: controller.signal, onProgress });
      if (controller.signal.aborted) {
        await model.dispose();
        return undefined;
      }
      this.#model = model;
      return model;
    } catch (error) {
      if (controller.signal.aborted) return undefined;
      throw error;
    }
  }
}

/** Where a model of {@link listModels} lies. */
export function modelUrl(name: string): string {
  return new URL(name, MODELS).href;
}
