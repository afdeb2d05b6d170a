import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { checkDisk } from './check-target.ts';

describe('room on the disk', () => {
  it('that is too little ends the run before anything is touched, with both figures', async () => {
    await expect(checkDisk(tmpdir(), 10 ** 15)).rejects.toThrow(
      /^The disk of .+ has [\d,]+ MB free, and 3,814,697,366 MB are needed\./,
    );
  });

  it('that suffices, or that cannot be seen from here, is told', async () => {
    const { freeBytes, neededBytes } = await checkDisk(tmpdir(), 1_000);
    expect(freeBytes).toBeGreaterThan(neededBytes);
    expect(await checkDisk(null, 1_000)).toEqual({ freeBytes: null, neededBytes });
    expect(await checkDisk('/no/such/folder', 1_000)).toMatchObject({ freeBytes: null });
  });
});
