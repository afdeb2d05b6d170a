import { expect, vi } from 'vitest';

export const patience = { timeout: 15_000, interval: 10 };

/** Waits until it is so. */
export async function settled(found: () => unknown, wanted: unknown): Promise<void> {
  await vi.waitFor(() => {
    expect(found()).toEqual(wanted);
  }, patience);
}
