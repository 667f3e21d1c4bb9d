// node --expose-gc memory.mjs CALLS: generate(), each time loading and releasing the model.
import { generate } from 'wordbrush';
import { printResident } from './resident.mjs';

await printResident((call) => generate('a red heart', { seed: call }), Number(process.argv[2]));
