// The script of a decoding thread; runs only where there is a parent.
import { parentPort } from 'node:worker_threads';
import { reasonOf } from '../../../sdk/errors.js';
import { decodePicture } from './decode-picture.js';
import { type DecodeAnswer, type DecodeRequest, END_OF_DECODING } from './decoder-messages.js';
import { fillRow } from './fill-row.js';

/** Decoded at a time: reading and decoding wait for the system, so one alone leaves the processor idle. */
const CONCURRENCY = 2;

const port = parentPort;
if (port !== null) {
  const waiting: DecodeRequest[] = [];
  let busy = 0;
  const work = async (): Promise<void> => {
    if (busy >= CONCURRENCY) return;
    busy++;
    for (let request = waiting.shift(); request !== undefined; request = waiting.shift()) {
      const answer = await answerTo(request);
      port.postMessage(answer, 'rows' in answer ? answer.rows.map(({ buffer }) => buffer) : []);
    }
    busy--;
  };
  port.on('message', (message: DecodeRequest | typeof END_OF_DECODING) => {
    if (message === END_OF_DECODING) {
      waiting.length = 0;
      // Without a port to listen to, the thread ends when its last picture is done.
      port.close();
      return;
    }
    waiting.push(message);
    void work();
  });
}

async function answerTo({ id, picture, sides, flip }: DecodeRequest): Promise<DecodeAnswer> {
  try {
    const decoded = await decodePicture(picture, sides);
    const rows = decoded.map((pixels, place) => {
      const side = sides[place] ?? 0;
      const values = new Float32Array(pixels.length);
      fillRow(values, 0, pixels, { from: 0, side, flip });
      return values;
    });
    return { id, rows };
  } catch (error) {
    return { id, reason: reasonOf(error) };
  }
}
