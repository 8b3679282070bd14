import { bigint, customType, timestamp } from 'drizzle-orm/pg-core';

/** Epoch microseconds as a number: exact up to 2^53 µs, the year 2255. */
export const timeUs = (name: string) => bigint(name, { mode: 'number' });

/** Instants of the server's own clock, as ISO strings (drizzle's client takes no Date parameters). */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'string' });

export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });

/** Names that programs compare byte by byte, on every database alike. */
export const exactText = customType<{ data: string }>({ dataType: () => 'text collate "C"' });
