import { basisOf } from './csv-read';
import { FixObjects } from './fix-objects';
import { ValueBudget } from './growable-columns';
import { documentRecording, FixRows } from './json-document';
import { JsonElements } from './json-elements';
import { blankRecording } from './recording';
import { createRejections, type Rejections } from './rejections';
import { decodeLine, quoted } from './text';
import { lineReader } from './text-lines';
import { FormatError, type FormatReader, type Recording } from './types';

/** Our document, or an array of fix objects. */
export class JsonReader implements FormatReader {
  private readonly rejections = createRejections();
  private readonly objects = new FixObjects(this.rejections);
  private readonly budget = new ValueBudget();
  private readonly arrays: FixRows[] = [];
  private readonly elements = new JsonElements((text, array, line) => this.takeElement(text, array, line));

  push(chunk: Uint8Array): void {
    this.elements.push(chunk);
  }

  end(): Recording {
    const rest = parseJson(this.elements.end(), null);
    if (Array.isArray(rest)) return objectsRecording(this.objects, this.rejections);
    while (this.arrays.length < this.elements.arrayCount)
      this.arrays.push(new FixRows(this.rejections, this.budget));
    const recording = documentRecording(rest, this.arrays);
    if (recording.devices.length === 0) throw this.rejections.noFixes('JSON');
    return { ...recording, rejected: this.rejections.counts };
  }

  private takeElement(text: string, array: number, line: number): void {
    const value = parseJson(text, line);
    if (Array.isArray(value)) {
      while (this.arrays.length <= array) this.arrays.push(new FixRows(this.rejections, this.budget));
      this.arrays[array]?.take(value, line);
    } else this.objects.take(value, line);
  }
}

/** One JSON object a line; a line that is none is refused and counted, the others stay. */
export class JsonLinesReader implements FormatReader {
  private readonly rejections = createRejections();
  private readonly objects = new FixObjects(this.rejections);
  private readonly lines = lineReader((bytes, start, end, line) => {
    const text = decodeLine(bytes, start, end);
    if (text.trim() === '') return;
    try {
      this.objects.take(JSON.parse(text), line);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.rejections.add('bad_json', line, quoted(text));
    }
  });

  push(chunk: Uint8Array): void {
    this.lines.push(chunk);
  }

  end(): Recording {
    this.lines.end();
    return objectsRecording(this.objects, this.rejections);
  }
}

function objectsRecording(objects: FixObjects, rejections: Rejections): Recording {
  const devices = objects.recordings();
  if (devices.length === 0) throw rejections.noFixes('JSON');
  const timeBasis = basisOf(devices[0]?.fixes.timeMs[0] ?? 0);
  return { ...blankRecording('json'), timeBasis, devices, rejected: rejections.counts };
}

function parseJson(text: string, line: number | null): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 120) : 'unknown';
    throw new FormatError(`This is no valid JSON (${reason}). Export it again.`, line);
  }
}
