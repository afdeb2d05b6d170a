import { describe, expect, it } from 'vitest';
import { pathParts, storeKey } from './store-key.ts';

describe('pathParts', () => {
  it.each<[string, string[] | null]>([
    ['scans/12/upper jaw.stl', ['scans', '12', 'upper jaw.stl']],
    ['/media/scans/a.stl', ['media', 'scans', 'a.stl']],
    ['./scans//./a.stl', ['scans', 'a.stl']],
    ['C:\\media\\a.stl', ['media', 'a.stl']],
    ['https://old.example/media/a%20b.stl?x=1', ['media', 'a b.stl']],
    ['file:///srv/media/a.stl', ['srv', 'media', 'a.stl']],
    ['https://old.example/media/%E0%A4%A.stl', ['media', '%E0%A4%A.stl']],
    ['../../etc/passwd', null],
    ['scans/../../../etc/passwd', null],
    ['scans\\..\\..\\secret', null],
    ['https://old.example/media/%2e%2e%2f%2e%2e%2fetc/passwd', null],
    ['a\0.stl', null],
    ['', null],
    ['/', null],
    ['..', null],
  ])('%j', (path, parts) => {
    expect(pathParts(path)).toEqual(parts);
  });
});

describe('storeKey', () => {
  const id = '0190c7a8-0000-7000-8000-000000000001';
  const key = (path: string, version = 1) => storeKey(id, version, path);

  it('is the path under project and version', () => {
    expect(key('scans/upper.stl', 3)).toBe(`projects/${id}/v3/scans/upper.stl`);
  });

  it('has only characters that every store takes, and tells names apart that would become one', () => {
    const keys = [
      'ä.stl',
      'ö.stl',
      'a b.stl',
      'a_b.stl',
      '.htaccess',
      `${'x'.repeat(300)}.stl`,
      `${'x'.repeat(301)}.stl`,
    ].map((path) => key(path));
    for (const one of keys) expect(one).toMatch(/^projects\/[a-z0-9-]+\/v1\/[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/);
    expect(new Set(keys).size).toBe(keys.length);
    expect(key('ä.stl')).toMatch(/^.*\/_-[0-9a-f]{8}\.stl$/);
  });

  it('never leads anywhere else', () => {
    expect(key('../../etc/passwd')).toBe(`projects/${id}/v1/file`);
  });
});
