/** What takes short messages from process to process, to all that listen, at most once: PostgreSQL's NOTIFY, or Redis. */
export interface Carrier {
  /** Fails where the message has not left. */
  send(message: string): Promise<void>;
  close(): Promise<void>;
}

export interface CarrierOptions {
  /** Null: this process only speaks. */
  readonly listen: CarrierListener | null;
  /** Once for each connection that was lost or could not be had, not for each try. */
  readonly onError: (error: unknown) => void;
}

export interface CarrierListener {
  readonly onMessage: (message: string) => void;
  /** After every connection that was won, the first one too: what was said before it has not been heard. */
  readonly onListening: () => void;
}

export const reconnectMs = 1_000;
/** A connection that a network has dropped without a word is found out by asking. */
export const pingMs = 5_000;
