import * as z from 'zod/mini';

const SEGMENTS = /^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/;
const MAX_CHARACTERS = 200;

/**
 * A path of a file below the bundle's folder, the same on every file system and in a URL: no `..`, nothing
 * absolute, no drive letter, backslash or escape.
 */
export const bundlePath = z.string({ error: 'a path inside the bundle' }).check(
  z.refine(isBundlePath, {
    error: 'a path inside the bundle: letters, digits, ".", "_", "-" and "/", no ".."',
  }),
);

function isBundlePath(path: string): boolean {
  return (
    path.length <= MAX_CHARACTERS &&
    SEGMENTS.test(path) &&
    path.split('/').every((segment) => segment !== '.' && segment !== '..')
  );
}
