/** What engines.node of package.json asks for; said here too, since this runs before anything is read. */
const LEAST = [20, 19];

/**
 * A message if Node.js of this version is too old, else undefined.
 * @param {string} version like `20.20.2`
 */
export function nodeProblem(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])) return undefined;
  return `wordbrush needs Node.js ${LEAST.join('.')} or newer, this is ${version}. Install a newer one from https://nodejs.org.`;
}
