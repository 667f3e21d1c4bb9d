import { commandFailure } from './missing-piece.js';
import { runCommand } from './run-command.js';

/**
 * Python reads the zip archive: it is there for pip, and streams a member of 800 MB. Writes the members under the
 * prefixes given, without the folder `tensorflow/`, and prints `<bytes written>/<bytes in all>` as it goes.
 */
const UNPACK = `
import os, sys, zipfile
wheel, folder, prefixes = sys.argv[1], os.path.abspath(sys.argv[2]), tuple(sys.argv[3:])
with zipfile.ZipFile(wheel) as archive:
    members = [m for m in archive.infolist() if not m.is_dir() and m.filename.startswith(prefixes)]
    total, done = sum(m.file_size for m in members), 0
    for member in members:
        name = member.filename
        name = name[len('tensorflow/'):] if name.startswith('tensorflow/') else name
        target = os.path.normpath(os.path.join(folder, name))
        if not target.startswith(folder + os.sep):
            sys.exit('the wheel holds a path that leaves its folder: ' + member.filename)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with archive.open(member) as source, open(target, 'wb') as sink:
            for block in iter(lambda: source.read(1 << 24), b''):
                sink.write(block)
                done += len(block)
                print('%d/%d' % (done, total), flush=True)
`;

export interface UnpackWheelOptions {
  /** Path of a Python 3. */
  python: string;
  wheel: string;
  folder: string;
  /** What to unpack: every member whose path begins with one of these. */
  prefixes: readonly string[];
  env: NodeJS.ProcessEnv;
  onProgress: (doneBytes: number, totalBytes: number) => void;
}

/**
 * Unpacks a part of a wheel into `folder`; a path `tensorflow/x` becomes `x`. Python checks each member's CRC.
 * @throws {WordbrushError} `SETUP_FAILED`.
 */
export async function unpackWheel(options: UnpackWheelOptions): Promise<void> {
  const { python, wheel, folder, prefixes, env, onProgress } = options;
  const { exitCode, output } = await runCommand(python, ['-c', UNPACK, wheel, folder, ...prefixes], {
    env,
    onLine: (line) => {
      const progress = /^(\d+)\/(\d+)$/.exec(line);
      if (progress !== null) onProgress(Number(progress[1]), Number(progress[2]));
    },
  });
  if (exitCode !== 0) throw commandFailure('Unpacking the TensorFlow wheel', output);
}
