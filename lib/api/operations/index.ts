import { z } from 'zod';
import { env } from '@/lib/env';
import { runtime } from '@/lib/runtime';
import { systemStatus } from '@/lib/services/status';
import { openApiDocument } from '../openapi';
import { type Operation, operation } from '../operation';
import * as auth from './auth';
import * as deviceKeys from './device-keys';
import * as devices from './devices';
import * as savings from './exports';
import * as imports from './imports';
import * as ingest from './ingest';
import * as laps from './laps';
import * as live from './live';
import * as liveStreams from './live-streams';
import * as logs from './logs';
import * as me from './me';
import * as robots from './robots';
import * as sessions from './sessions';
import * as statistics from './statistics';
import * as system from './system';
import * as telemetry from './telemetry';
import * as tracks from './tracks';
import * as users from './users';

export const getOpenApiOperation = operation('getOpenApi', {
  method: 'GET',
  path: '/api/v1/openapi.json',
  summary: 'This document, OpenAPI 3.1',
  // As open as the status: who may ask nothing else may still read how to ask.
  action: systemStatus.action,
  etag: { cacheControl: 'public, max-age=300' },
  answer: z.record(z.string(), z.unknown()),
  fn: async () => theDocument(),
});

/** Every operation of the API. */
export const OPERATIONS: readonly Operation[] = [
  ...[
    ...[auth, deviceKeys, devices, savings, imports, ingest, laps, live, liveStreams, logs, me, sessions],
    ...[robots, statistics, system, telemetry, tracks, users],
  ].flatMap((part): Operation[] => Object.values(part)),
  getOpenApiOperation,
];

let made: { version: string; document: object } | undefined;

/** The document does not change while the server runs. */
function theDocument(): object {
  const { version } = runtime().facts;
  if (made?.version !== version)
    made = {
      version,
      document: openApiDocument(OPERATIONS, { version, publicUrl: env().PUBLIC_URL ?? null }),
    };
  return made.document;
}
