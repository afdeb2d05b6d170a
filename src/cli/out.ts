/** Words for the person at the terminal: colour only where somebody looks, and never against NO_COLOR. */
const codes = { bold: '1', dim: '2', red: '31', green: '32', yellow: '33' } as const;

export function paint(style: keyof typeof codes, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  const wanted = stream.isTTY && (process.env['NO_COLOR'] ?? '') === '' && process.env['TERM'] !== 'dumb';
  return wanted ? `\u001b[${codes[style]}m${text}\u001b[0m` : text;
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function complain(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function sayJson(value: unknown): void {
  say(JSON.stringify(value, null, 2));
}
