/** Patterns for LIKE, in which what a caller typed stands only for itself. */
const literal = (text: string) => text.replace(/[\\%_]/g, '\\$&');

export const contains = (text: string): string => `%${literal(text)}%`;
export const beginsWith = (text: string): string => `${literal(text)}%`;
