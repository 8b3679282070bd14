import { z } from 'zod';
import { AppError } from '@/lib/errors';
import { readBytes, readJson } from '../body';

const FORM = /^application\/x-www-form-urlencoded\s*(;|$)/i;
const MULTIPART = /^multipart\/form-data\s*;/i;

const typeOf = (request: Request): string => request.headers.get('content-type') ?? '';

/**
 * The fields of a body of at most 1 MB: a JSON object, or a form, whose values are all text. Throws an AppError 400
 * for anything else, 408, 413 or 415.
 */
export async function readFields(request: Request): Promise<Record<string, unknown>> {
  if (FORM.test(typeOf(request)))
    return fieldsOf(new URLSearchParams(new TextDecoder().decode(await readBytes(request))));
  if (MULTIPART.test(typeOf(request))) return fieldsOf(await readForm(request));
  const value = await readJson(request);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badBody('body', 'is not a JSON object: send the fields by their names');
  return { ...value };
}

function fieldsOf(form: Iterable<[string, unknown]>): Record<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const [name, value] of form) {
    if (fields.has(name)) throw badBody(name, 'is given twice: send it once');
    fields.set(name, value);
  }
  return Object.fromEntries(fields);
}

async function readForm(request: Request): Promise<FormData> {
  const body = new Uint8Array(await readBytes(request));
  try {
    return await new Response(body, { headers: { 'content-type': typeOf(request) } }).formData();
  } catch {
    throw badBody('body', 'is no valid multipart form');
  }
}

/** The JSON of a body, or of the one file that a multipart form brings. Throws an AppError 400, 408, 413 or 415. */
export async function readJsonUpload(request: Request): Promise<unknown> {
  if (!MULTIPART.test(typeOf(request))) return readJson(request);
  const files = [...(await readForm(request)).values()].filter((value) => typeof value !== 'string');
  const [file] = files;
  if (!file || files.length > 1)
    throw badBody('file', `must be one file, not ${files.length}: send the JSON file in the field "file"`);
  const text = new TextDecoder().decode(await file.arrayBuffer());
  try {
    return JSON.parse(text);
  } catch {
    throw badBody('file', 'is not JSON');
  }
}

const badBody = (field: string, message: string): AppError =>
  new AppError('bad_request', 400, `${field}: ${message}.`, [{ field, message }]);

/** A whole number, which a form sends as its digits. */
export const wholeNumber = <Shape extends z.ZodType>(shape: Shape) =>
  z.preprocess(
    (value) => (typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value),
    shape,
  );

/** The number of a row, as JSON or a form sends it. */
export const rowId = wholeNumber(z.int().positive().max(2_147_483_647));
