import { type DeviceChoice, type ModelChoice, WordbrushError } from '../sdk/index.js';
import { DEVICE_CHOICES } from '../sdk/runtime/device.js';
import { parseInteger } from './parse-arguments.js';

/** The options of every command that loads a model. */
export const modelArguments = {
  model: {
    type: 'string',
    valueHint: 'PLACE',
    description: 'Folder, zip archive or URL of a model bundle (default: the one built in)',
  },
  device: {
    type: 'string',
    valueHint: 'NAME',
    description: 'cuda, webgpu, cpu or wasm (default: the first that works)',
  },
  workers: {
    type: 'string',
    valueHint: 'N',
    description: 'Threads to draw in, beside this one (default: 0)',
  },
} as const;

interface ModelArguments {
  model?: string | undefined;
  device?: string | undefined;
  workers?: string | undefined;
}

/** What the SDK takes for them. @throws WordbrushError INVALID_OPTION. */
export function parseModelArguments({ model, device, workers }: ModelArguments): ModelChoice {
  return {
    ...(model !== undefined && { model }),
    ...(device !== undefined && { device: parseDevice(device) }),
    ...(workers !== undefined && { workers: parseInteger('workers', workers, 0) }),
  };
}

function parseDevice(name: string): DeviceChoice {
  const choice = DEVICE_CHOICES.find((one) => one === name);
  if (choice !== undefined) return choice;
  throw new WordbrushError(
    'INVALID_OPTION',
    `Expected --device: one of ${DEVICE_CHOICES.join(', ')}, received ${name}.`,
  );
}
