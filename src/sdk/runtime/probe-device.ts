import type { OpenDevice } from './device.js';
import { PROBE_OUTPUT, probeGraph, probeInput } from './probe-graph.js';

/** Largest difference that rounding explains. */
const TOLERANCE = 1e-5;

/**
 * Runs a convolution of known result: a device that loads but computes nonsense is found here and not in a picture.
 * @throws Error if the graph does not run, or gives other numbers.
 */
export async function probeDevice(device: Pick<OpenDevice, 'createSession'>): Promise<void> {
  const session = await device.createSession(probeGraph());
  try {
    const results = await session.run(new Map([['x', probeInput()]]));
    const data = results.get('y')?.data ?? new Float32Array(0);
    const wrong = PROBE_OUTPUT.findIndex((value, index) => {
      // Not `>`: NaN must count as wrong.
      return !(Math.abs((data[index] ?? Number.NaN) - value) <= TOLERANCE);
    });
    if (wrong >= 0) {
      throw new Error(`a convolution gave ${data[wrong]} where ${PROBE_OUTPUT[wrong]} is right`);
    }
  } finally {
    await session.dispose();
  }
}
