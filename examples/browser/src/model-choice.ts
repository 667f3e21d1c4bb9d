import type { DeviceChoice, ModelSource } from 'wordbrush';
import { byId } from './elements.js';
import type { ListedModel, Precision } from './models.js';

const DEVICES = ['auto', 'webgpu', 'wasm'] as const;
/** Stands in the list of models for one that the visitor has. */
const OWN_MODEL = 'own model';

const models = byId('model', HTMLSelectElement);
const precisions = byId('precision', HTMLSelectElement);
const devices = byId('device', HTMLSelectElement);
const own = byId('own-model', HTMLInputElement);

/** What the visitor chose to draw with. */
export interface ModelChoice {
  /** Of the list; of a model of the visitor's own, its file. */
  name: string;
  source: ModelSource;
  device: DeviceChoice;
}

/**
 * Wires the choice of model, precision and device. @param load is called when another is chosen.
 * @returns what goes back to the choice before, for when a model does not load.
 */
export function setUpModelChoice(
  listed: readonly ListedModel[],
  load: (choice: ModelChoice) => void,
): { first(): void; restore(): void; confirm(): void } {
  let confirmed = readSelects();
  models.replaceChildren(
    ...listed.map(({ name }) => new Option(name)),
    new Option('Open a zipped model…', OWN_MODEL),
  );

  const listPrecisions = (wanted = precisions.value): void => {
    const bundles = listed.find(({ name }) => name === models.value)?.bundles ?? new Map<Precision, string>();
    precisions.replaceChildren(...[...bundles.keys()].map((precision) => new Option(precision)));
    if (bundles.size === 0) precisions.replaceChildren(new Option('as it is'));
    if ([...precisions.options].some(({ value }) => value === wanted)) precisions.value = wanted;
    precisions.disabled = bundles.size < 2;
    precisions.title = bundles.size < 2 ? 'This model is here in one precision.' : '';
  };
  const loadChosen = (): void => {
    const choice = chosen(listed);
    if (choice !== undefined) load(choice);
  };

  models.addEventListener('change', () => {
    if (models.value === OWN_MODEL) {
      own.value = '';
      own.click();
      return;
    }
    listPrecisions();
    loadChosen();
  });
  own.addEventListener('change', () => {
    listPrecisions();
    loadChosen();
  });
  own.addEventListener('cancel', () => restore());
  precisions.addEventListener('change', loadChosen);
  devices.addEventListener('change', loadChosen);

  const restore = (): void => {
    models.value = confirmed.model;
    listPrecisions(confirmed.precision);
    devices.value = confirmed.device;
  };
  return {
    first: () => {
      listPrecisions();
      loadChosen();
    },
    restore,
    confirm: () => {
      confirmed = readSelects();
    },
  };
}

function readSelects(): { model: string; precision: string; device: string } {
  return { model: models.value, precision: precisions.value, device: devices.value };
}

function chosen(listed: readonly ListedModel[]): ModelChoice | undefined {
  const device = DEVICES.find((one) => one === devices.value) ?? 'auto';
  if (models.value === OWN_MODEL) {
    const file = own.files?.[0];
    return file && { name: file.name, source: file, device };
  }
  const bundles = listed.find(({ name }) => name === models.value)?.bundles;
  const source = [...(bundles ?? [])].find(([precision]) => precision === precisions.value)?.[1];
  return source === undefined ? undefined : { name: models.value, source, device };
}
