import { failureOf } from '@/components/hooks/api';

/** What the server takes per file. */
export const MOST_BYTES = 200 * 1024 * 1024;

export type UploadOptions = { batch: string; trackId: number | null; sessionName: string };

/** A name for the files of one drop, so that the server sees them as one set. */
export function newBatch(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Sends one file and gives the id of its import. `onProgress` hears the bytes that have left. XMLHttpRequest, since
 * fetch says nothing of an upload under way.
 */
export function uploadFile(
  file: File,
  options: UploadOptions,
  onProgress: (sentBytes: number) => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', '/api/v1/imports');
    request.setRequestHeader('accept', 'application/json');
    request.upload.onprogress = (event) => onProgress(Math.min(event.loaded, file.size));
    request.onerror = () =>
      reject(new Error('The connection broke while the file went up. Nothing of it was kept.'));
    request.onload = () => {
      if (request.status >= 300) return reject(failureOf(request.status, request.responseText));
      const id = acceptedId(request.responseText);
      if (id === null) reject(new Error('The server took the file but did not say how to follow it.'));
      else resolve(id);
    };
    request.send(formOf(file, options));
  });
}

function formOf(file: File, { batch, trackId, sessionName }: UploadOptions): FormData {
  const form = new FormData();
  form.set('batch', batch);
  if (trackId !== null) form.set('track_id', String(trackId));
  if (sessionName.trim()) form.set('session_name', sessionName.trim());
  form.set('modified', JSON.stringify({ [file.name]: file.lastModified }));
  form.set('file', file, file.name);
  return form;
}

/** The id in `{items: [{id}]}`, read with care: an answer of another shape gives null. */
function acceptedId(text: string): number | null {
  try {
    const body: { items?: { id?: unknown }[] } | null = JSON.parse(text);
    const id = body?.items?.[0]?.id;
    return typeof id === 'number' ? id : null;
  } catch {
    return null;
  }
}
