import { existsSync, readFileSync } from 'node:fs';

function read(): string {
  // From src/cli when run as it is written, from dist/src/cli when built.
  const manifest = ['../../package.json', '../../../package.json']
    .map((path) => new URL(path, import.meta.url))
    .find((url) => existsSync(url));
  const found: unknown = manifest === undefined ? null : JSON.parse(readFileSync(manifest, 'utf8'));
  return typeof found === 'object' && found !== null && 'version' in found ? String(found.version) : 'unknown';
}

export const version = read();
