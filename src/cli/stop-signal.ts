/**
 * Ctrl-C and SIGTERM ask for an orderly end; asked a second time, the process ends at once. A terminal's Ctrl-C reaches
 * us twice under npm, which passes on what we have received already: what follows within half a second is the same one.
 */
import { complain } from './out.ts';

const sameKeystrokeMs = 500;

/** Resolves with the signal's name. */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    const asked = (signal: NodeJS.Signals) => {
      const now = performance.now();
      if (askedAt === undefined) {
        askedAt = now;
        resolve(signal);
      } else if (now - askedAt > sameKeystrokeMs) {
        complain('Ending at once.');
        process.exit(1);
      }
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, asked);
  });
}
