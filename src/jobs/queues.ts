/**
 * The queues, on one of two stores behind one API: PostgreSQL, where nothing else need be installed, or Redis. All
 * queues and workers of a process share their connections. Payloads hold ids only. Every job is added with a jobId: the
 * application may not make the sequences from which PostgreSQL would count one.
 */
import { Queue, Worker, type BackendFactory, type IQueueBackend, type Job, type Processor } from 'bullmq';
import { openStore, type Store, type StoreOptions } from './queue-store.ts';
import { within } from '../db/within.ts';

/** The braces keep all keys in one slot of a Redis Cluster. */
const redisPrefix = '{lotkeeper}';

export interface QueuesOptions extends StoreOptions {
  /** How long closing waits for the jobs under way. */
  readonly patienceMs?: number;
}

export type JobQueue = Queue<unknown, unknown, string, unknown, unknown, string, IQueueBackend>;
type JobWorker = Worker<unknown, unknown, string, IQueueBackend>;

export interface WorkOptions {
  readonly concurrency?: number;
  /** Of a job that will not be tried again: its last attempt failed, or it took its workers with it too often. */
  readonly onDead?: (job: { readonly id: string; readonly name: string }, error: Error) => void;
}

export interface Queues {
  readonly kind: Store['kind'];
  /** Whether the store can be asked. Where it cannot, what is asked of a queue waits until it can. */
  isThere(): boolean;
  queue(name: string): JobQueue;
  /** Lost jobs come back within 15 s: locks last 10, and are looked at each 4, so that there is time to begin. */
  work(name: string, handle: Processor<unknown>, options?: WorkOptions): void;
  /** What is under way is finished; what takes too long is left, and comes back when its lock has run out. */
  close(): Promise<void>;
}

/** A job may take its worker with it ten times: an update of many processes, one after the other, is no fault of the job. */
const timing = {
  lockDuration: 10_000,
  stalledInterval: 4_000,
  maxStalledCount: 10,
  drainDelay: 5,
  runRetryDelay: 1_000,
};

const defaultJobOptions = {
  attempts: 10,
  backoff: { type: 'exponential', delay: 1_000 },
  removeOnComplete: { age: 24 * 3600, count: 1_000 },
  removeOnFail: { age: 14 * 24 * 3600, count: 1_000 },
};

const finishPatienceMs = 6_000;
const dropPatienceMs = 1_000;
const anewMs = 1_000;

export function openQueues(options: QueuesOptions): Queues {
  return new OpenQueues(options);
}

class OpenQueues implements Queues {
  readonly #queues = new Map<string, JobQueue>();
  readonly #workers = new Set<JobWorker>();
  readonly #backends: IQueueBackend[] = [];
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #told = new WeakSet<Error>();
  /** What one connection has met is said by all that share it. */
  readonly #tell = (thrown: unknown) => {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    if (this.#closed || this.#told.has(error)) return;
    this.#told.add(error);
    this.options.onError(error);
  };
  readonly #store: Store;
  #closed = false;

  constructor(private readonly options: QueuesOptions) {
    this.#store = openStore({ ...options, onError: this.#tell });
  }

  get kind(): Store['kind'] {
    return this.#store.kind;
  }

  isThere(): boolean {
    return this.#store.isThere();
  }

  queue(name: string): JobQueue {
    const known = this.#queues.get(name);
    if (known !== undefined) return known;
    const queue: JobQueue = new Queue(name, { ...base, defaultJobOptions }, this.#factory);
    this.#queues.set(name, queue);
    queue.on('error', this.#onError);
    // One whose first connection failed never tries another: whoever asks next gets a new one.
    queue.waitUntilReady().catch((error: unknown) => {
      this.#onError(error);
      if (this.#queues.get(name) === queue) this.#queues.delete(name);
      queue.close().catch(this.#onError);
    });
    return queue;
  }

  work(name: string, handle: Processor<unknown>, options: WorkOptions = {}): void {
    if (this.#closed) return;
    const { concurrency = 1, onDead } = options;
    const worker: JobWorker = new Worker(
      name,
      this.#watched(handle),
      { ...base, ...timing, concurrency },
      this.#factory,
    );
    this.#workers.add(worker);
    worker.on('error', this.#onError);
    worker.on('failed', (job, error) => {
      if (job !== undefined && isDead(job)) onDead?.(job, error);
    });
    // As with a queue; and it would ask without a pause, leaving no time for anything else.
    worker.waitUntilReady().catch((error: unknown) => {
      this.#onError(error);
      if (!this.#workers.delete(worker)) return;
      worker.close(true).catch(this.#onError);
      setTimeout(() => {
        this.work(name, handle, options);
      }, anewMs);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const wasThere = this.isThere();
    const patience = this.options.patienceMs ?? finishPatienceMs;
    // Workers of a store that is away cannot be closed; but what they have under way lies in our own tables.
    const finished = await within(patience, wasThere ? this.#closeInOrder() : Promise.allSettled(this.#underWay));
    if (finished && wasThere) return;
    // A worker that is closing already cannot be told to hurry; what it stands on can.
    await within(dropPatienceMs, Promise.allSettled(this.#backends.map((each) => each.close(true))));
    this.#store.drop();
  }

  async #closeInOrder(): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => worker.close()));
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
    await this.#store.close();
  }

  #watched(handle: Processor<unknown>): Processor<unknown> {
    return (job, token) => {
      const work = handle(job, token);
      this.#underWay.add(work);
      return work.finally(() => this.#underWay.delete(work));
    };
  }

  readonly #factory: BackendFactory = (...given) => {
    const made = this.#store.factory(...given);
    this.#backends.push(made);
    return made;
  };

  /** Of a store that is away it is told once, by itself. */
  readonly #onError = (error: unknown) => {
    if (this.isThere()) this.#tell(error);
  };
}

/** The factory brings the connection. */
const base = { connection: {}, prefix: redisPrefix };

function isDead(job: Job): job is Job & { readonly id: string } {
  return job.id !== undefined && job.finishedOn !== undefined;
}
