import type { Trace, TraceColumn } from './trace';

/**
 * Traces as bytes, column after column: a presence byte (1 = a bitmap of known values follows), then the known
 * values as whole steps of 1/scale, differences only (time: differences of differences), zigzag, 7 bits a byte.
 * The storing side deflates the result. Lossless at the columns' scales.
 */

class Writer {
  private bytes = new Uint8Array(4096);
  private at = 0;

  byte(value: number): void {
    if (this.at === this.bytes.length) {
      const wider = new Uint8Array(this.bytes.length * 2);
      wider.set(this.bytes);
      this.bytes = wider;
    }
    this.bytes[this.at++] = value;
  }

  /** Signed whole number up to 2^52, small ones in one byte. */
  integer(value: number): void {
    let rest = value >= 0 ? 2 * value : -2 * value - 1;
    while (rest >= 128) {
      this.byte((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }

  result(): Uint8Array {
    return this.bytes.slice(0, this.at);
  }
}

class Reader {
  private at = 0;
  constructor(private readonly bytes: Uint8Array) {}

  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw new Error('The stored trace ends too early: recompute its session.');
    return value;
  }

  integer(): number {
    let value = 0;
    let unit = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 127) * unit;
      if (byte < 128) break;
      unit *= 128;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}

const isTime = (name: string) => name === 'time_ms';

function packColumn(writer: Writer, { name, scale, values }: TraceColumn): void {
  const hasGaps = values.some(Number.isNaN);
  writer.byte(hasGaps ? 1 : 0);
  if (hasGaps) {
    for (let i = 0; i < values.length; i += 8) {
      let bits = 0;
      for (let bit = 0; bit < 8 && i + bit < values.length; bit++)
        if (!Number.isNaN(values[i + bit])) bits |= 1 << bit;
      writer.byte(bits);
    }
  }
  let last = 0;
  let lastStep = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    const whole = Math.round(value * scale);
    if (!Number.isSafeInteger(whole))
      throw new Error(`The trace's ${name} holds ${value}: too great to keep.`);
    const step = whole - last;
    writer.integer(isTime(name) ? step - lastStep : step);
    last = whole;
    lastStep = step;
  }
}

function unpackColumn(reader: Reader, samples: number, name: string, scale: number): Float64Array {
  const values = new Float64Array(samples);
  if (reader.byte() === 1) {
    for (let i = 0; i < samples; i += 8) {
      const bits = reader.byte();
      for (let bit = 0; bit < 8 && i + bit < samples; bit++)
        if ((bits & (1 << bit)) === 0) values[i + bit] = Number.NaN;
    }
  }
  let last = 0;
  let lastStep = 0;
  for (let i = 0; i < samples; i++) {
    if (Number.isNaN(values[i])) continue;
    const step = reader.integer() + (isTime(name) ? lastStep : 0);
    last += step;
    lastStep = step;
    values[i] = last / scale;
  }
  return values;
}

export function packTrace(trace: Trace): Uint8Array {
  const writer = new Writer();
  for (const column of trace.columns) packColumn(writer, column);
  return writer.result();
}

/** The way back; `channels` as the packed trace had them. Throws when the bytes end too early. */
export function unpackTrace(
  bytes: Uint8Array,
  samples: number,
  channels: readonly { name: string; unit: string; scale: number }[],
): Trace {
  const reader = new Reader(bytes);
  const columns = channels.map((channel) => ({
    ...channel,
    values: unpackColumn(reader, samples, channel.name, channel.scale),
  }));
  return { samples, columns };
}
