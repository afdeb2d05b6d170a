/** What befalls a connection of the product in the middle of a call: armed for one call, set off at one statement. */
import pg from 'pg';
import { beginning } from '../../../src/db/beginning.ts';

export type Fault = 'cut' | 'answer lost' | 'not serialised' | 'deadlock';

type Query = (this: pg.Client, ...given: unknown[]) => unknown;

interface Armed {
  readonly fault: Fault;
  /** Statements of the application that pass before it. */
  left: number;
}

/** Several runs of one process, each on its own database, are asked one after the other by one hook. */
const installed = new Set<Interruptions>();
let unhook: (() => void) | null = null;

export class Interruptions {
  #armed: Armed | null = null;
  /** Connections that are being cut: what is sent on them meanwhile comes after it, in its order. */
  readonly #cuts = new WeakMap<pg.Client, Promise<void>>();

  constructor(
    private readonly admin: pg.Pool,
    private readonly databaseName: string,
  ) {}

  /** Until it is taken out again, all clients of this process pass by here. */
  install(): void {
    installed.add(this);
    unhook ??= hook();
  }

  uninstall(): void {
    installed.delete(this);
    if (installed.size > 0) return;
    unhook?.();
    unhook = null;
  }

  arm(fault: Fault, afterStatements: number): void {
    this.#armed = { fault, left: afterStatements };
  }

  /** Answers whether it was never set off. */
  disarm(): boolean {
    const isLeft = this.#armed !== null;
    this.#armed = null;
    return isLeft;
  }

  onQuery(client: pg.Client, send: () => unknown, text: string): unknown {
    const cut = this.#cuts.get(client);
    if (cut !== undefined) return cut.then(send);
    const armed = this.#armed;
    if (armed === null || client.user !== 'lotkeeper_api' || client.database !== this.databaseName) return send();
    const isCommit = text === 'COMMIT';
    // A transaction's begin and its end without effect do not fail while the connection lives.
    if (armed.fault !== 'cut' && (text === beginning || text === 'ROLLBACK')) return send();
    if (armed.fault === 'answer lost' ? !isCommit : armed.left-- > 0 && !isCommit) return send();
    this.#armed = null;
    return this.#strike(armed.fault, client, send);
  }

  async #strike(fault: Fault, client: pg.Client, send: () => unknown): Promise<unknown> {
    if (fault === 'answer lost') {
      await send();
      await this.#end(client);
      throw new Error('Connection terminated unexpectedly');
    }
    if (fault === 'cut') {
      const cut = this.#end(client);
      this.#cuts.set(client, cut);
      return cut.then(send);
    }
    const code = fault === 'deadlock' ? '40P01' : '40001';
    return client.query(`DO $$ BEGIN RAISE EXCEPTION 'injected' USING ERRCODE = '${code}'; END $$`);
  }

  async #end(client: pg.Client): Promise<void> {
    const { processID } = client as unknown as { readonly processID: number };
    await this.admin.query('SELECT pg_terminate_backend($1, 5000)', [processID]);
  }
}

/** Answers how to undo it. */
function hook(): () => void {
  const prototype = pg.Client.prototype as unknown as { query: Query };
  const original = prototype.query;
  prototype.query = function (...given) {
    const send = () => original.apply(this, given);
    const passed = [...installed].reduce((next, each) => () => each.onQuery(this, next, textOf(given[0])), send);
    return passed();
  };
  return () => (prototype.query = original);
}

function textOf(given: unknown): string {
  if (typeof given === 'string') return given;
  return typeof given === 'object' && given !== null && 'text' in given ? String(given.text) : '';
}
