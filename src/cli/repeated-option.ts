/** Every value of an option that may be given several times, `--name value` or `--name=value`: citty keeps the last alone. */
export function repeatedOption(rawArgs: readonly string[], name: string): string[] {
  const flag = `--${name}`;
  return rawArgs.flatMap((argument, index) => {
    if (argument === flag) return [rawArgs[index + 1] ?? ''];
    return argument.startsWith(`${flag}=`) ? [argument.slice(flag.length + 1)] : [];
  });
}
