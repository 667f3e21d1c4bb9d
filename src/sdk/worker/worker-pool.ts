import { WordbrushError } from '../errors.js';
import type { DeviceChoice } from '../runtime/device.js';
import { type GraphValue, HeldTensorLost } from '../runtime/held-tensor.js';
import type { GraphSession, PlaceOptions, Runtime } from '../runtime/platform.js';
import type { Calls } from './messages.js';
import { WorkerClient } from './worker-client.js';
import type { WorkerPort } from './worker-port.js';
import { receiveResults, sendFeeds } from './worker-tensor.js';

/** A graph as each new worker is to load it. */
type LoadedGraph = Omit<Calls['createSession']['request'], 'session'>;
type SessionDescription = Calls['createSession']['answer'];

export interface WorkerPoolOptions {
  /** How many workers; each has all graphs and runs one at a time. */
  workers: number;
  device: DeviceChoice;
  /** Threads of the processor for each worker. @default as many as ONNX Runtime finds right */
  threads?: number | undefined;
  spawn(): WorkerPort;
}

/** A worker with the graphs that it has, or is just loading. */
interface Member {
  client: WorkerClient;
  opened: Promise<Calls['open']['answer']>;
  sessions: Map<number, Promise<SessionDescription>>;
}

interface Waiting {
  /** The one worker that it can take; undefined for any. */
  client: WorkerClient | undefined;
  take(member: Member): void;
  fail(error: Error): void;
}

/** After so many replacements that died before a run was done, a fault is in the model or the machine. */
const MOST_FAILED_REPLACEMENTS = 3;

/**
 * Runs graphs in several workers. A run goes to the first that is free, or to the one that holds what it takes; one that
 * is aborted ends its worker, one whose worker dies fails with WORKER_LOST, and either way a new worker takes the place.
 */
export class WorkerPool implements Runtime {
  readonly #options: WorkerPoolOptions;
  readonly #graphs = new Map<number, LoadedGraph>();
  readonly #members = new Set<Member>();
  readonly #idle: Member[] = [];
  readonly #waiting: Waiting[] = [];
  #chosen: Calls['open']['answer'] | undefined;
  #nextSession = 0;
  #failedReplacements = 0;
  #disposed = false;

  private constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** @throws WordbrushError DEVICE_UNAVAILABLE, RUNTIME_MISSING, WORKER_LOST. */
  static async open(options: WorkerPoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(options);
    const members = Array.from({ length: options.workers }, () => pool.#addMember());
    try {
      const [chosen] = await Promise.all(members.map(({ opened }) => opened));
      pool.#chosen = chosen;
    } catch (error) {
      await pool.dispose();
      throw error;
    }
    pool.#idle.push(...members);
    return pool;
  }

  get device(): Runtime['device'] {
    return this.#opened.device;
  }

  get adapter(): Runtime['adapter'] {
    return this.#opened.adapter;
  }

  get passedOver(): Runtime['passedOver'] {
    return this.#opened.passedOver;
  }

  get lanes(): number {
    return this.#options.workers;
  }

  get notes(): Runtime['notes'] {
    return this.#opened.notes ?? [];
  }

  async createSession(bytes: Uint8Array, place: PlaceOptions = {}): Promise<GraphSession> {
    const session = this.#nextSession++;
    const graph = { graph: bytes, place };
    this.#graphs.set(session, graph);
    const loading = [...this.#members].map((member) => this.#loadGraph(member, session, graph));
    const [description] = await Promise.all(loading);
    return {
      ...(description ?? { inputs: [], outputs: [] }),
      run: (...call) => this.#run(session, ...call),
      dispose: () => this.#disposeSession(session),
    };
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    for (const { fail } of this.#waiting.splice(0)) {
      fail(disposed());
    }
    await Promise.all([...this.#members].map(({ client }) => client.terminate(disposed())));
    this.#members.clear();
  }

  get #opened(): Calls['open']['answer'] {
    if (this.#chosen === undefined) {
      throw new WordbrushError('WORKER_LOST', 'Expected an opened pool of workers.');
    }
    return this.#chosen;
  }

  async #run(
    session: number,
    ...[feeds, outputs, signal]: Parameters<GraphSession['run']>
  ): Promise<ReadonlyMap<string, GraphValue>> {
    const { values, client } = sendFeeds(feeds);
    const member = await this.#acquire(signal, client);
    const abort = (): void => this.#replace(member, aborted());
    signal?.addEventListener('abort', abort, { once: true });
    try {
      await member.sessions.get(session);
      if (signal?.aborted) {
        throw aborted();
      }
      const answer = await member.client.call('run', { session, feeds: values, outputs });
      this.#failedReplacements = 0;
      return receiveResults(answer, member.client);
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#release(member);
    }
  }

  /** The first worker that is free, or the one asked for as soon as it is. */
  #acquire(signal: AbortSignal | undefined, client: WorkerClient | undefined): Promise<Member> {
    if (signal?.aborted) {
      return Promise.reject(aborted());
    }
    if (this.#disposed) {
      return Promise.reject(disposed());
    }
    if (client !== undefined && ![...this.#members].some((member) => member.client === client)) {
      return Promise.reject(new HeldTensorLost());
    }
    const free = this.#idle.findIndex((member) => client === undefined || member.client === client);
    const [taken] = free < 0 ? [] : this.#idle.splice(free, 1);
    if (taken !== undefined) {
      return Promise.resolve(taken);
    }
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(aborted());
      };
      const waiting: Waiting = {
        client,
        take: (member) => {
          signal?.removeEventListener('abort', abort);
          resolve(member);
        },
        fail: (error) => {
          signal?.removeEventListener('abort', abort);
          reject(error);
        },
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiting.push(waiting);
    });
  }

  #release(member: Member): void {
    if (!this.#members.has(member)) {
      return;
    }
    const next = this.#waiting.findIndex(({ client }) => client === undefined || client === member.client);
    const [waiting] = next < 0 ? [] : this.#waiting.splice(next, 1);
    if (waiting === undefined) {
      this.#idle.push(member);
    } else {
      waiting.take(member);
    }
  }

  #addMember(): Member {
    const client = new WorkerClient(this.#options.spawn(), () => this.#replace(member, undefined));
    const { device, threads } = this.#options;
    const opened = client.call('open', { device, threads });
    const member: Member = { client, opened, sessions: new Map() };
    this.#members.add(member);
    // Whoever needs it awaits it; until then a failure must not count as unhandled.
    opened.catch(() => undefined);
    return member;
  }

  #loadGraph(member: Member, session: number, graph: LoadedGraph): Promise<SessionDescription> {
    const loading = member.opened.then(() => member.client.call('createSession', { session, ...graph }));
    loading.catch(() => undefined);
    member.sessions.set(session, loading);
    return loading;
  }

  /** Ends a worker, if it has not ended by itself, and puts one with the same graphs in its place. */
  #replace(member: Member, error: WordbrushError | undefined): void {
    if (!this.#members.delete(member)) {
      return;
    }
    const idle = this.#idle.indexOf(member);
    if (idle >= 0) {
      this.#idle.splice(idle, 1);
    }
    for (const waiting of this.#waiting.filter(({ client }) => client === member.client)) {
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      waiting.fail(new HeldTensorLost());
    }
    if (error !== undefined) {
      void member.client.terminate(error);
    } else {
      this.#failedReplacements++;
    }
    if (this.#disposed || this.#chosen === undefined) {
      return;
    }
    if (this.#failedReplacements > MOST_FAILED_REPLACEMENTS) {
      for (const { fail } of this.#waiting.splice(0)) {
        fail(
          new WordbrushError(
            'WORKER_LOST',
            'Expected a worker that lasts; several ended one after the other.',
          ),
        );
      }
      return;
    }
    const replacement = this.#addMember();
    for (const [session, graph] of this.#graphs) {
      void this.#loadGraph(replacement, session, graph);
    }
    this.#release(replacement);
  }

  async #disposeSession(session: number): Promise<void> {
    if (!this.#graphs.delete(session) || this.#disposed) {
      return;
    }
    await Promise.allSettled(
      [...this.#members].map((member) => {
        member.sessions.delete(session);
        return member.client.call('disposeSession', { session });
      }),
    );
  }
}

function aborted(): WordbrushError {
  return new WordbrushError('ABORTED', 'Expected to finish the run; the signal was aborted.');
}

function disposed(): WordbrushError {
  return new WordbrushError('DISPOSED', 'Expected workers in use, received a run after dispose().');
}
