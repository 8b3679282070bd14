import { workerData } from 'node:worker_threads';
import { z } from 'zod';
import { openDatabase } from '@/lib/db/client';
import { serveTasks } from '@/lib/jobs/worker-thread';
import { workerTasks } from '@/lib/services/worker-tasks';
import { openSpool, uploadsIn } from '@/lib/spool';

/** The thread for CPU-heavy work, with a small pool of its own so that it does not hold up the server's. */
const { databaseUrl, dataDir } = z.object({ databaseUrl: z.string(), dataDir: z.string() }).parse(workerData);
const { db, sql } = openDatabase(databaseUrl, { max: 2 });
serveTasks(workerTasks({ db, sql, spool: openSpool(uploadsIn(dataDir)), lastStored: new Map() }));
