import { GpxReader } from './gpx-read';
import { writeGpx } from './gpx-write';
import type { Format } from './types';

/**
 * GPX 1.1 (topografix.com/GPX/1/1; 1.0 reads too), with speed and course from the point itself or from any
 * extension; other numbers in a point become channels. Tracks (`trk`) of one name, or without a name, are one
 * device; tracks of different names are several. A segment (`trkseg`) is not a lap: its points just follow. A
 * time without a zone counts as UTC. A file without times is refused: readGpxLine takes it as a line.
 */
export const gpx: Format = {
  id: 'gpx',
  label: 'GPX',
  extensions: ['gpx'],
  sniff: ({ text }) =>
    /^\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*|<!DOCTYPE[^>[]*(\[[^\]]*\])?>\s*)*<(\w+:)?gpx[\s/>]/.test(text)
      ? 1
      : 0,
  reader: ({ text }) => new GpxReader(text),
  write: writeGpx,
};
