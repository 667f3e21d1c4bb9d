import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/**
 * All files under a folder, in order of their paths; hidden ones and those in hidden folders are left out. Links to files count,
 * links to folders are not followed, since they may lead in a circle.
 * @param onLeftOut is told of what is neither file nor folder, as a sentence that begins with its path.
 * @throws the system's error for a folder that cannot be read.
 */
export async function filesUnder(
  root: string,
  onLeftOut: (path: string, why: string) => void = () => undefined,
): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files: string[] = [];
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory() || isHidden(relative(root, path))) continue;
    // What a link leads to counts; a pipe would keep whoever reads it waiting for ever.
    const stats = entry.isFile() ? undefined : await stat(path).catch(() => 'nothing' as const);
    if (stats === undefined || (stats !== 'nothing' && stats.isFile())) files.push(path);
    else if (stats === 'nothing') onLeftOut(path, 'is a link to nothing and was left out');
    else if (stats.isDirectory()) onLeftOut(path, 'is a link to a folder and was not followed');
    else onLeftOut(path, 'is no file and was left out');
  }
  return files.sort();
}

function isHidden(path: string): boolean {
  return path.split(sep).some((part) => part.startsWith('.'));
}
