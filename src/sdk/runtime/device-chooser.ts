import { type ErrorCode, reasonOf, WordbrushError } from '../errors.js';
import type { ChosenDevice, Device, DeviceChoice, OpenDevice, PassedOverDevice } from './device.js';
import { probeDevice } from './probe-device.js';

/**
 * Opens a device without running anything yet.
 * @throws WordbrushError DEVICE_UNAVAILABLE or RUNTIME_MISSING, with the reason.
 */
export type OpenDeviceFunction = (device: Device) => Promise<OpenDevice>;

type Probe = { opened: OpenDevice } | { refusal: WordbrushError };

/** Chooses among the devices of a process. Each is probed once, by running a small graph on it. */
export class DeviceChooser {
  readonly #order: readonly Device[];
  readonly #open: OpenDeviceFunction;
  readonly #probes = new Map<Device, Promise<Probe>>();

  /** @param order in which `auto` tries them; others are refused. */
  constructor(order: readonly Device[], open: OpenDeviceFunction) {
    this.#order = order;
    this.#open = open;
  }

  /**
   * A device named outright is used or refused; `auto` takes the first that works and has no drawback, and tells of
   * those it passed over.
   * @throws WordbrushError DEVICE_UNAVAILABLE, RUNTIME_MISSING.
   */
  async choose(choice: DeviceChoice): Promise<ChosenDevice> {
    if (choice === 'auto') {
      return this.#chooseFirst();
    }
    const probe = await this.#probe(choice);
    if ('refusal' in probe) {
      throw probe.refusal;
    }
    return { ...probe.opened, passedOver: [] };
  }

  /** Has a device be tried out again before it is chosen: it stopped working. */
  forget(device: Device): void {
    this.#probes.delete(device);
  }

  async #chooseFirst(): Promise<ChosenDevice> {
    const passedOver: PassedOverDevice[] = [];
    for (const device of this.#order) {
      const probe = await this.#probe(device);
      if ('refusal' in probe) {
        const { code, message } = probe.refusal;
        passedOver.push({ device, code, message });
      } else if (probe.opened.drawback === undefined) {
        return { ...probe.opened, passedOver };
      } else {
        passedOver.push({ device, code: 'DEVICE_UNAVAILABLE', message: probe.opened.drawback });
      }
    }
    throw noDevice(passedOver);
  }

  #probe(device: Device): Promise<Probe> {
    const known = this.#probes.get(device);
    if (known !== undefined) {
      return known;
    }
    const probe = this.#tryOut(device);
    this.#probes.set(device, probe);
    return probe;
  }

  async #tryOut(device: Device): Promise<Probe> {
    if (!this.#order.includes(device)) {
      return { refusal: unavailable(device, `here there are ${this.#order.join(', ')}`) };
    }
    try {
      const opened = await this.#open(device);
      // One that would not be taken is not worth the seconds that its first run may cost.
      if (opened.drawback === undefined) {
        await probeDevice(opened);
      }
      return { opened };
    } catch (error) {
      return {
        refusal: error instanceof WordbrushError ? error : unavailable(device, reasonOf(error), error),
      };
    }
  }
}

/** The error of a device that cannot be used. */
export function unavailable(
  device: Device,
  reason: string,
  cause?: unknown,
  hint = 'Use device "auto"; in Node `wordbrush doctor` says what is there.',
): WordbrushError {
  return new WordbrushError('DEVICE_UNAVAILABLE', `Expected the device ${device} to run graphs; ${reason}.`, {
    hint,
    cause,
    details: { device },
  });
}

function noDevice(passedOver: readonly PassedOverDevice[]): WordbrushError {
  const reasons = passedOver.map(({ device, message }) => `${device}: ${message}`).join(' ');
  const missing = passedOver.some(({ code }) => code === 'RUNTIME_MISSING');
  const code: ErrorCode = missing ? 'RUNTIME_MISSING' : 'DEVICE_UNAVAILABLE';
  return new WordbrushError(code, `Expected a device that runs graphs; there is none. ${reasons}`, {
    details: { passedOver },
  });
}
