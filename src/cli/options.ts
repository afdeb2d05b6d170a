export interface JsonOption {
  readonly json?: boolean;
}

export interface SeedOptions {
  readonly demo?: boolean;
  readonly scale?: string;
}
