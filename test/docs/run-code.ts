/**
 * Runs an example as it stands in the docs, as the body of a function: its imports are looked up among `modules`, by
 * the names that the example imports from. Returns what it calls by the names given. What it logs goes nowhere.
 */
export async function runCode(
  code: string,
  modules: Readonly<Record<string, unknown>>,
  returned: readonly string[],
): Promise<Record<string, unknown>> {
  const body = code
    .replace(/^import \* as (\w+) from '([^']+)';$/gm, "const $1 = modules['$2'];")
    .replace(/^import (\{[^}]*\}) from '([^']+)';$/gm, "const $1 = modules['$2'];")
    .replace(/^export /gm, '');
  // The body is our own documentation.
  const run: unknown = new Function(
    'modules',
    'console',
    `return (async () => { ${body}\nreturn { ${returned.join(', ')} }; })();`,
  );
  if (typeof run !== 'function') throw new TypeError('Expected a function.');
  const results: unknown = await run(modules, { log: () => {} });
  return { ...(results as Record<string, unknown>) };
}
