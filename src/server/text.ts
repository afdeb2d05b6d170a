/** Text that PostgreSQL cannot hold, or would hold changed, is refused before anything runs. */
export function hasUnstorableText(text: string): boolean {
  return text.includes('\0') || !text.isWellFormed();
}

export type VariablesFault = 'UNSTORABLE' | 'TOO_DEEP';

/** Looks through keys and values without recursion: a body of one megabyte can nest half a million levels. */
export function faultOfVariables(variables: unknown, deepest = 32): VariablesFault | null {
  let level: unknown[] = [variables];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) return 'TOO_DEEP';
    const below: unknown[] = [];
    for (const value of level) {
      if (typeof value === 'string') {
        if (hasUnstorableText(value)) return 'UNSTORABLE';
      } else if (typeof value === 'object' && value !== null) {
        const keys = Array.isArray(value) ? [] : Object.keys(value);
        if (keys.some(hasUnstorableText)) return 'UNSTORABLE';
        for (const child of Object.values(value)) below.push(child);
      }
    }
    level = below;
  }
  return null;
}
