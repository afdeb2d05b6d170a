/** A JSON object of the API as names and texts, for people to read; anything else has none. */
export function entriesOf(value: unknown): [name: string, text: string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).map(([name, each]) => [name, typeof each === 'string' ? each : JSON.stringify(each)]);
}
