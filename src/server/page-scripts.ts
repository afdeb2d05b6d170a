/**
 * What a page of the dashboard is sent with besides what every page is. The scripts and styles that it needs, named at its
 * head: the browser asks for them with the first script, not once that has run. And its heading, to be read until then. As
 * the build has written both.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Part {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

interface Heading {
  readonly title: string;
  readonly description?: string;
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

/** The heading of the page at `/<name>`, as first-paint.html shows it. */
export function pageHeadings(folder: string): (name: string) => string {
  const headings = JSON.parse(readFileSync(join(folder, 'heads.json'), 'utf8')) as Readonly<Record<string, Heading>>;
  return (name) => {
    const heading = Object.hasOwn(headings, name) ? headings[name] : undefined;
    if (heading === undefined) return '';
    const { title, description = '' } = heading;
    return `<h1>${title}</h1><p>${description}</p>`;
  };
}

function headOf(manifest: Manifest, page: string): string {
  const everyPage = partsOf(
    manifest,
    Object.keys(manifest).filter((key) => manifest[key]?.isEntry === true),
  );
  const parts = [...partsOf(manifest, [page])].filter((key) => !everyPage.has(key)).map((key) => manifest[key]);
  const scripts = parts.map(
    (part) => `<link rel="modulepreload" fetchpriority="low" crossorigin href="/${part?.file ?? ''}">`,
  );
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
