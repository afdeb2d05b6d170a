/** The unique rule that a failed statement would have broken, by its name; null for every other error. */
export function brokenUniqueRule(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || error.code !== '23505') return null;
  return 'constraint' in error && typeof error.constraint === 'string' ? error.constraint : null;
}
