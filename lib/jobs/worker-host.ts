import { Worker } from 'node:worker_threads';
import { type WorkerReply, type WorkerRequest, workerReply } from './worker-messages';

/** A fault of a task in the worker; `line` is the 1-based line of a bad file. */
export class WorkerFault extends Error {
  constructor(
    message: string,
    readonly code: string | null,
    readonly line: number | null,
  ) {
    super(message);
    this.name = 'WorkerFault';
  }
}

/** The thread for CPU-heavy work: one task at a time, the others wait. */
export type CpuWorker = {
  /** Rejects with a WorkerFault; when the thread dies under the task the next task gets a new thread. */
  run(task: string, input: unknown, onProgress?: (data: unknown) => void): Promise<unknown>;
  /** Ends the thread; a task at work rejects. */
  stop(): Promise<void>;
};

export type WorkerOptions = {
  /** The bundled worker program. */
  file: string;
  /** Handed to the program as its workerData. */
  data: unknown;
  /** Heap of the thread; typed arrays are outside of it. Default 1024. */
  maxHeapMb?: number;
};

type Task = {
  request: WorkerRequest;
  onProgress: (data: unknown) => void;
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
};

export function openWorker(options: WorkerOptions): CpuWorker {
  return new WorkerHost(options);
}

class WorkerHost implements CpuWorker {
  #options: WorkerOptions;
  #thread: Worker | null = null;
  #current: Task | null = null;
  #waiting: Task[] = [];
  #lastId = 0;
  #stopped = false;

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  run(task: string, input: unknown, onProgress: (data: unknown) => void = () => {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#stopped) reject(STOPPED());
      const request = { id: ++this.#lastId, task, input };
      this.#waiting.push({ request, onProgress, resolve, reject });
      this.#next();
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const task of this.#waiting.splice(0)) task.reject(STOPPED());
    await this.#thread?.terminate();
  }

  #next(): void {
    if (this.#current || this.#stopped) return;
    const task = this.#waiting.shift();
    if (!task) return;
    this.#current = task;
    this.#thread ??= this.#open();
    this.#thread.postMessage(task.request);
  }

  #open(): Worker {
    const { file, data, maxHeapMb = 1024 } = this.#options;
    const thread = new Worker(file, {
      workerData: data,
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    });
    let fault: Error | null = null;
    thread.on('message', (message: unknown) => this.#hear(workerReply.parse(message)));
    thread.on('error', (error) => {
      fault = error;
    });
    thread.on('exit', () => {
      if (this.#thread === thread) this.#thread = null;
      this.#settle((task) => task.reject(this.#stopped ? STOPPED() : died(fault, maxHeapMb)));
    });
    return thread;
  }

  #hear(reply: WorkerReply): void {
    if (reply.id !== this.#current?.request.id) return;
    if (reply.type === 'progress') this.#current.onProgress(reply.data);
    else if (reply.type === 'done') this.#settle((task) => task.resolve(reply.result));
    else this.#settle((task) => task.reject(new WorkerFault(reply.message, reply.code, reply.line)));
  }

  #settle(how: (task: Task) => void): void {
    const task = this.#current;
    this.#current = null;
    if (task) how(task);
    this.#next();
  }
}

const STOPPED = () => new WorkerFault('The server is stopping.', 'stopping', null);

function died(fault: Error | null, maxHeapMb: number): WorkerFault {
  if (fault && 'code' in fault && fault.code === 'ERR_WORKER_OUT_OF_MEMORY')
    return new WorkerFault(
      `This needs more than ${maxHeapMb} MB of memory. Split the recording into shorter ones.`,
      'out_of_memory',
      null,
    );
  return new WorkerFault(
    `The worker thread ended in the middle of its work: ${fault?.message ?? 'without a word'}.`,
    'worker_died',
    null,
  );
}
