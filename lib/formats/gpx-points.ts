import sax from 'sax';
import { parseDecimal } from './decimal';
import { quoted } from './text';
import { FormatError } from './types';

const MAX_DEPTH = 64;
const MAX_TEXT = 10_000;

/** One point of a GPX: its place, the name of the track it belongs to, and its leaf elements by local name. */
export type GpxPoint = { x: number; y: number; line: number; fields: Map<string, string> };

export type GpxSink = {
  /** A `trk` begins; its name is known when `trackName` comes, or never. */
  track(): void;
  trackName(name: string): void;
  /** A track point, or a route point where `isRoute`. */
  point(point: GpxPoint, isRoute: boolean): void;
  /** The file's own name (metadata). */
  title(name: string): void;
};

export type GpxParser = { push(chunk: Uint8Array): void; end(): void };

/**
 * Streams a GPX through an XML parser that knows no entities but XML's own; a document type (the carrier of
 * entity bombs) is refused. `head` is the beginning of the file, for its encoding. Throws FormatErrors with the line.
 */
export function gpxParser(sink: GpxSink, head: string): GpxParser {
  const parser = sax.parser(true, { xmlns: false, position: true });
  const path: string[] = [];
  let point: GpxPoint | null = null;
  let text = '';
  const decoder = decoderFor(head);
  let sawRoot = false;
  const lineNow = () => parser.line + 1;

  parser.onerror = (error) => {
    const reason = error.message.split('\n')[0] ?? 'unknown';
    throw new FormatError(`The XML is damaged or cut short (${reason}). Export it again.`, lineNow());
  };
  parser.ondoctype = () => {
    throw new FormatError(
      'This XML declares a document type, which GPX has no use for. Remove it or export again.',
      lineNow(),
    );
  };
  parser.onopentag = ({ name, attributes }) => {
    const local = localName(name);
    if (path.length === 0 && local !== 'gpx') {
      throw new FormatError(
        `This XML is no GPX: its root is <${local.slice(0, 40)}>. Export it as GPX.`,
        lineNow(),
      );
    }
    if (path.push(local) > MAX_DEPTH)
      throw new FormatError('This XML is nested too deeply for a GPX.', lineNow());
    sawRoot = true;
    text = '';
    if (local === 'trk') sink.track();
    if (local !== 'trkpt' && local !== 'rtept') return;
    point = {
      x: parseDecimal(String(attributes.lon ?? '')),
      y: parseDecimal(String(attributes.lat ?? '')),
      line: lineNow(),
      fields: new Map(),
    };
  };
  const takeText = (piece: string) => {
    if (text.length < MAX_TEXT) text += piece;
  };
  parser.ontext = takeText;
  parser.oncdata = takeText;
  parser.onclosetag = () => {
    const local = path.pop() ?? '';
    const parent = path.at(-1);
    if (local === 'trkpt' || local === 'rtept') {
      if (point) sink.point(point, local === 'rtept');
      point = null;
    } else if (point) {
      if (text.trim() !== '' && !point.fields.has(local)) point.fields.set(local, text.trim());
    } else if (local === 'name' && parent === 'trk') sink.trackName(text.trim());
    else if (local === 'name' && parent === 'metadata') sink.title(text.trim());
    text = '';
  };

  return {
    push(chunk) {
      parser.write(decoder.decode(chunk, { stream: true }));
    },
    end() {
      parser.write(decoder.decode());
      if (path.length > 0 || !sawRoot) {
        throw new FormatError(
          'The GPX ends in the middle: it is cut short. Copy or export it again.',
          lineNow(),
        );
      }
      parser.close();
    },
  };
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** The encoding that the XML declaration in the first bytes names; UTF-8 when it names none. */
function decoderFor(head: string): TextDecoder {
  const encoding = /^\s*<\?xml[^>]*encoding\s*=\s*["']([^"']+)["']/.exec(head)?.[1] ?? 'utf-8';
  if (/^(utf-?8|us-ascii)$/i.test(encoding)) return new TextDecoder('utf-8');
  if (/^(iso-8859-1|latin-?1|windows-1252)$/i.test(encoding)) return new TextDecoder('windows-1252');
  throw new FormatError(`This XML is encoded as ${quoted(encoding)}. Save it as UTF-8.`, 1);
}
