/**
 * Which scripts and styles a page of the dashboard needs besides what every page does, so that its answer names them at
 * its head: the browser asks for them with the first script, not once that has run. As the build's manifest has it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Part {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

type Manifest = Readonly<Record<string, Part>>;

/** What stands in the head of the page at `/<name>`; nothing where there is no such page. */
export function pageHeads(folder: string): (name: string) => string {
  const manifest = JSON.parse(readFileSync(join(folder, 'pages.json'), 'utf8')) as Manifest;
  const heads = new Map<string, string>();
  for (const key of Object.keys(manifest)) {
    const name = /^src\/pages\/([^/]+)\/\1-page\.tsx$/.exec(key)?.[1];
    if (name !== undefined) heads.set(name, headOf(manifest, key));
  }
  return (name) => heads.get(name) ?? '';
}

function headOf(manifest: Manifest, page: string): string {
  const everyPage = partsOf(
    manifest,
    Object.keys(manifest).filter((key) => manifest[key]?.isEntry === true),
  );
  const parts = [...partsOf(manifest, [page])].filter((key) => !everyPage.has(key)).map((key) => manifest[key]);
  const scripts = parts.map((part) => `<link rel="modulepreload" crossorigin href="/${part?.file ?? ''}">`);
  const styles = parts
    .flatMap((part) => part?.css ?? [])
    .map((file) => `<link rel="preload" as="style" crossorigin href="/${file}">`);
  return [...scripts, ...new Set(styles)].join('');
}

/** These and all that they import at once. */
function partsOf(manifest: Manifest, keys: readonly string[], found = new Set<string>()): Set<string> {
  for (const key of keys) {
    if (found.has(key)) continue;
    found.add(key);
    partsOf(manifest, manifest[key]?.imports ?? [], found);
  }
  return found;
}
