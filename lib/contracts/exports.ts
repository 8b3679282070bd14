import { z } from 'zod';
import { id } from './common';

/** Files that positions and channels can be saved as. */
export const exportFormat = z.enum(['csv', 'json', 'gpx', 'vbo']);
export type ExportFormat = z.infer<typeof exportFormat>;

export const lapExport = z.object({ format: exportFormat.default('csv') });

/** gpx and vbo hold one device: `device_id` chooses it where a session has several. */
export const sessionExport = lapExport.extend({ device_id: id.optional() });
