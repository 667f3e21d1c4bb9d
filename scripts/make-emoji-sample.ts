// Makes test/fixtures/emoji-sample from the emoji data set:
//   npx tsx scripts/make-emoji-sample.ts DIR     where DIR comes from `wordbrush data emoji --out DIR`
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';

const SIZE = 64;
const TARGET = 'test/fixtures/emoji-sample';
const LABELS = new Set([
  ...['red heart', 'orange heart', 'yellow heart', 'green heart', 'blue heart', 'purple heart'],
  ...['red circle', 'orange circle', 'yellow circle', 'green circle', 'blue circle', 'purple circle'],
  ...['red square', 'orange square', 'yellow square', 'green square', 'blue square', 'purple square'],
  ...[
    'red apple',
    'green apple',
    'banana',
    'strawberry',
    'lemon',
    'pizza',
    'evergreen tree',
    'rose',
    'tulip',
  ],
  ...[
    'cat face',
    'dog face',
    'panda',
    'tiger face',
    'frog',
    'fish',
    'dolphin',
    'grinning face',
    'angry face',
  ],
  ...['star', 'sun', 'full moon', 'cloud', 'automobile', 'airplane', 'rocket', 'house', 'alarm clock', 'key'],
  ...['soccer ball', 'basketball'],
]);

const source = process.argv[2];
if (source === undefined) throw new Error('Expected the folder of the emoji data set as the one argument.');
const all = (await readFile(join(source, 'metadata.jsonl'), 'utf8')).trimEnd().split('\n');
const lines = all.filter((line) => LABELS.has(JSON.parse(line).captions[0]));
await rm(join(TARGET, 'images'), { recursive: true, force: true });
for (const line of lines) {
  const { file_name: fileName } = JSON.parse(line);
  await mkdir(dirname(join(TARGET, fileName)), { recursive: true });
  await sharp(join(source, fileName))
    .resize(SIZE, SIZE)
    .png({ compressionLevel: 9 })
    .toFile(join(TARGET, fileName));
}
await writeFile(join(TARGET, 'metadata.jsonl'), lines.map((line) => `${line}\n`).join(''));
console.log(`${TARGET}: ${lines.length} pictures`);
