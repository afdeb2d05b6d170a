/**
 * Under what name a file is kept: by project and version, so that no version takes another's place, then by the path that
 * the older system gave it, in characters that every store takes. Pure.
 */
import { createHash } from 'node:crypto';

export function storeKey(projectId: string, version: number, path: string): string {
  const parts = pathParts(path) ?? [];
  const kept = parts.map(plainPart).join('/');
  return `projects/${projectId}/v${version}/${kept === '' ? plainPart('file') : kept}`;
}

/**
 * The parts of a path within a folder, whatever the older system put before it: an address, a drive, a slash. Null where it
 * leads out of the folder, or nowhere.
 */
export function pathParts(path: string): string[] | null {
  const parts: string[] = [];
  for (const part of withoutRoot(path).split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' || part.includes('\0')) return null;
    parts.push(part);
  }
  return parts.length === 0 ? null : parts;
}

function withoutRoot(path: string): string {
  const slashed = path.trim().replaceAll('\\', '/');
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(slashed)) return slashed.replace(/^[a-z]:/i, '');
  try {
    return decodeURIComponent(new URL(slashed).pathname);
  } catch {
    return slashed.replace(/^[^/]*\/\/[^/]*/, '');
  }
}

const longestPart = 100;

/** Two names that become one by it are told apart by a part of their hash. */
function plainPart(part: string): string {
  const plain = part.replace(/[^A-Za-z0-9._-]/g, '_').replace(/^\.+/, '_');
  if (plain === part && part.length <= longestPart) return part;
  const hash = createHash('sha256').update(part).digest('hex').slice(0, 8);
  const ending = /\.[A-Za-z0-9]{1,10}$/.exec(plain)?.[0] ?? '';
  return `${plain.slice(0, longestPart - ending.length - 9).replace(ending, '')}-${hash}${ending}`;
}
