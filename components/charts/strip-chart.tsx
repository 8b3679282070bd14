'use client';

import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef, useState } from 'react';
import type uPlot from 'uplot';
import { type Tokens, useTokens } from '@/components/hooks/use-tokens';

export type StripLine = { name: string; token: string; isDashed: boolean };

/** Lines over seconds; `x` rises, each of `ys` is as long as it. null = not known there. */
export type StripData = { x: number[]; ys: (number | null)[][]; fromS: number; toS: number };

/** Where a strip's lines come from; it is read when it says that it has changed, at most once a picture. */
export type StripSource = { subscribe(changed: () => void): () => void; read(): StripData };

type StripChartProps = {
  label: string;
  unit: string;
  lines: readonly StripLine[];
  source: StripSource;
  format(value: number): string;
  heightPx: number;
  /** Strips of one name share the cursor. */
  syncKey: string;
  /** Seconds are written under the lowest one only. */
  withSeconds: boolean;
};

/** A running chart of one or two lines, with what they show at the cursor or, without one, now. */
export function StripChart(props: StripChartProps) {
  const { label, unit, lines, source, format, heightPx, syncKey, withSeconds } = props;
  const host = useRef<HTMLDivElement>(null);
  const words = useRef<HTMLOutputElement>(null);
  const tokens = useTokens();
  const [failed, setFailed] = useState<string | null>(null);

  useEffect(() => {
    const place = host.current;
    if (!place || !tokens) return;
    let stop: (() => void) | null = null;
    let gone = false;
    loadPlot()
      .then((Plot) => {
        if (!gone)
          stop = runStrip(Plot, place, { tokens, lines, source, heightPx, syncKey, withSeconds, say });
      })
      .catch((error: unknown) => setFailed(error instanceof Error ? error.message : String(error)));
    const say = (values: (number | null)[]) => {
      if (words.current)
        words.current.textContent = values.map((value) => (value === null ? '–' : format(value))).join(' · ');
    };
    return () => {
      gone = true;
      stop?.();
    };
  }, [tokens, lines, source, format, heightPx, syncKey, withSeconds]);

  return (
    <figure className="min-w-0">
      <figcaption className="flex items-baseline justify-between gap-2 px-1 text-xs text-soft">
        <span className="flex min-w-0 flex-wrap gap-x-3">
          {lines.length > 1
            ? lines.map((line) => <LineName key={line.name} line={line} />)
            : `${label}${unit && `, ${unit}`}`}
        </span>
        <output ref={words} aria-live="off" className="text-sm font-medium whitespace-nowrap text-text">
          –
        </output>
      </figcaption>
      <div ref={host} style={{ height: heightPx }} />
      {failed && <p className="p-2 text-sm text-danger">The chart cannot be drawn: {failed}</p>}
    </figure>
  );
}

function LineName({ line }: { line: StripLine }) {
  return (
    <span className="inline-flex items-center gap-1">
      <svg width="18" height="4" aria-hidden="true">
        <path
          d="M0 2h18"
          stroke={`var(--${line.token})`}
          strokeWidth="2"
          strokeDasharray={line.isDashed ? '4 3' : undefined}
        />
      </svg>
      {line.name}
    </span>
  );
}

/**
 * uPlot, which asks the browser for its language as it loads. A browser that was started with the POSIX locale names
 * one that no formatter takes; it gets English.
 */
async function loadPlot(): Promise<typeof uPlot> {
  try {
    new Intl.NumberFormat(navigator.language);
  } catch {
    Object.defineProperty(navigator, 'language', { value: 'en', configurable: true });
  }
  return (await import('uplot')).default;
}

type Strip = Pick<StripChartProps, 'lines' | 'source' | 'heightPx' | 'syncKey' | 'withSeconds'> & {
  tokens: Tokens;
  say(values: (number | null)[]): void;
};

function runStrip(Plot: typeof uPlot, place: HTMLDivElement, strip: Strip): () => void {
  let shown = strip.source.read();
  const width = () => Math.max(120, place.clientWidth);
  const values = (plot: uPlot) => {
    const at = plot.cursor.idx ?? shown.x.length - 1;
    strip.say(shown.ys.map((line) => line[at] ?? null));
  };
  const plot = new Plot(
    { ...stripOptions(strip), width: width(), height: strip.heightPx, hooks: { setCursor: [values] } },
    [shown.x, ...shown.ys],
    place,
  );
  let request = 0;
  const draw = () => {
    request = 0;
    shown = strip.source.read();
    plot.batch(() => {
      plot.setData([shown.x, ...shown.ys], false);
      plot.setScale('x', { min: shown.fromS, max: shown.toS });
    });
    values(plot);
  };
  const ask = () => {
    if (request === 0) request = requestAnimationFrame(draw);
  };
  const unsubscribe = strip.source.subscribe(ask);
  const resized = new ResizeObserver(() => plot.setSize({ width: width(), height: strip.heightPx }));
  resized.observe(place);
  ask();
  return () => {
    unsubscribe();
    resized.disconnect();
    cancelAnimationFrame(request);
    plot.destroy();
  };
}

function stripOptions({
  tokens,
  lines,
  syncKey,
  withSeconds,
}: Strip): Omit<uPlot.Options, 'width' | 'height'> {
  const axis = {
    stroke: tokens('soft'),
    font: '12px system-ui, sans-serif',
    grid: { stroke: tokens('line'), width: 1 },
    ticks: { show: false },
  };
  return {
    legend: { show: false },
    padding: [6, 8, 0, 0],
    cursor: { y: false, drag: { x: false, y: false }, sync: { key: syncKey }, points: { size: 6 } },
    scales: { x: { time: false, auto: false }, y: { range: stripRange } },
    axes: [
      { ...axis, size: withSeconds ? 24 : 4, values: withSeconds ? axisWords : () => [] },
      { ...axis, size: 46, space: 26, values: axisWords },
    ],
    series: [
      {},
      ...lines.map((line) => ({
        label: line.name,
        stroke: tokens(line.token),
        width: 1.5,
        ...(line.isDashed ? { dash: [5, 3] } : {}),
        points: { show: false },
        spanGaps: false,
      })),
    ],
  };
}

const axisWords = (_plot: uPlot, ticks: number[]) =>
  ticks.map((tick) => (tick < 0 ? `−${-tick}` : String(tick)));

/** The lines with a little air; never so little that noise fills the strip. */
function stripRange(_plot: uPlot, low: number | null, high: number | null): uPlot.Range.MinMax {
  if (low === null || high === null) return [0, 1];
  const air = Math.max((high - low) * 0.08, 0.05);
  return [low - air, high + air];
}
