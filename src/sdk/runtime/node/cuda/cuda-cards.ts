import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const DRIVER_FOLDER = '/proc/driver/nvidia/gpus';

/** Names of the Nvidia cards as the Linux driver tells them; none elsewhere or without a driver. */
export async function cudaCards(folder = DRIVER_FOLDER): Promise<string[]> {
  const cards = await readdir(folder).catch(() => []);
  const names = await Promise.all(
    cards.map(async (card) => {
      const text = await readFile(join(folder, card, 'information'), 'utf8').catch(() => '');
      return /^Model:\s*(.+)$/mu.exec(text)?.[1]?.trim();
    }),
  );
  return names.filter((name) => name !== undefined);
}
