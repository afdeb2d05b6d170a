/** Per-request loaders: many single questions become one statement, and nothing is remembered between requests. */
export interface Loaders {
  readonly empty?: never;
}
