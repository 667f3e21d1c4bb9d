import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Every module specifier of a source file: static, re-exported, dynamic and in type position. */
export function importsOf(file: string): string[] {
  const source = readFileSync(file, 'utf8');
  const pattern = /(?:\bfrom\s+|\bimport\s+|\bimport\(\s*)(['"])(.+?)\1/gu;
  return Array.from(source.matchAll(pattern), ([, , specifier = '']) => specifier);
}

/** Paths of all TypeScript files under a folder. */
export function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}
