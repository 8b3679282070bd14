'use client';

import type { Data, Layout, Shape } from 'plotly.js';
import { useMemo } from 'react';
import { formatLapTime } from '@/components/format';
import { type Tokens, useTokens } from '@/components/hooks/use-tokens';
import { lapClassWord } from '@/components/reasons';
import type { LapItem } from '@/lib/contracts/laps';
import { axisLook, chartLayout } from './chart-layout';
import { lapTimeRange, timeTicks } from './lap-time-range';
import { Plot } from './plot';

export type LapSeries = { name: string; token: string; laps: LapItem[] };

type LapChartProps = {
  series: LapSeries[];
  chosen: readonly number[];
  heightPx: number;
  onChoose(lapId: number): void;
};

/** Lap time over lap number. Laps that do not count are hollow; those off the scale stand at its upper edge. */
export function LapChart({ series, chosen, heightPx, onChoose }: LapChartProps) {
  const tokens = useTokens();
  const range = useMemo(() => lapTimeRange(series.flatMap((each) => each.laps)), [series]);
  const data = useMemo(
    () => (tokens ? series.flatMap((each) => tracesOf(each, range[1], chosen, tokens)) : []),
    [series, range, chosen, tokens],
  );
  const layout = useMemo(() => (tokens ? layoutOf(series, range, tokens) : {}), [series, range, tokens]);
  return (
    <Plot
      data={data}
      layout={layout}
      heightPx={heightPx}
      onClick={(event) => {
        const id = event.points[0]?.customdata;
        if (typeof id === 'number') onChoose(id);
      }}
    />
  );
}

/** A thin line through the laps that count, and all laps as markers, one trace for each of their symbols. */
function tracesOf(series: LapSeries, topMs: number, chosen: readonly number[], tokens: Tokens): Data[] {
  const color = tokens(series.token);
  const place = (laps: LapItem[]) => ({
    x: laps.map((lap) => lap.number),
    y: laps.map((lap) => Math.min(lap.lap_time_ms, topMs)),
    cliponaxis: false,
  });
  const thread: Data = {
    type: 'scatter',
    mode: 'lines',
    x: series.laps.map((lap) => lap.number),
    y: series.laps.map((lap) =>
      lap.class === 'complete' && lap.lap_time_ms <= topMs ? lap.lap_time_ms : null,
    ),
    connectgaps: false,
    line: { color, width: 1 },
    hoverinfo: 'skip',
  };
  const symbols = [...new Set(series.laps.map((lap) => symbolOf(lap, topMs)))];
  const markers = symbols.map((symbol): Data => {
    const laps = series.laps.filter((lap) => symbolOf(lap, topMs) === symbol);
    return {
      type: 'scatter',
      mode: 'markers',
      ...place(laps),
      customdata: laps.map((lap) => lap.id),
      text: laps.map((lap) => hoverWords(series.name, lap)),
      hovertemplate: '%{text}<extra></extra>',
      marker: {
        color,
        symbol,
        size: laps.map((lap) => (chosen.includes(lap.id) ? 12 : series.laps.length > 80 ? 5 : 8)),
        line: { color, width: 1.5 },
      },
    };
  });
  return [thread, ...markers];
}

function hoverWords(name: string, lap: LapItem): string {
  return `${name} · lap ${lap.number}<br>${formatLapTime(lap.lap_time_ms)} · ${lapClassWord(lap.class)}`;
}

function symbolOf(
  lap: LapItem,
  topMs: number,
): 'triangle-up-open' | 'x-thin-open' | 'circle' | 'circle-open' {
  if (lap.lap_time_ms > topMs) return 'triangle-up-open';
  if (lap.class === 'invalid') return 'x-thin-open';
  return lap.class === 'complete' && !lap.estimated ? 'circle' : 'circle-open';
}

function layoutOf(series: LapSeries[], range: [number, number], tokens: Tokens): Partial<Layout> {
  const [low, top] = range;
  const margin = (top - low) * 0.08;
  const ticks = timeTicks(low, top);
  const numbers = series.flatMap((each) => each.laps.map((lap) => lap.number));
  const [only] = series;
  return {
    ...chartLayout(tokens),
    margin: { l: 64, r: 12, t: 12, b: 42 },
    hovermode: 'closest',
    xaxis: {
      ...axisLook(tokens),
      title: { text: 'Lap', standoff: 8 },
      tickformat: 'd',
      range: numbers.length > 0 ? [Math.min(...numbers) - 0.5, Math.max(...numbers) + 0.5] : [0, 1],
      ...(numbers.length < 20 ? { dtick: 1 } : {}),
      showgrid: false,
    },
    yaxis: {
      ...axisLook(tokens),
      range: [low - margin, top + margin],
      tickvals: ticks,
      ticktext: ticks.map((tick) => formatLapTime(tick).slice(0, -2)),
    },
    shapes: series.length === 1 && only ? stintShapes(only.laps, tokens) : [],
  };
}

/** Every second stint on a shaded ground. */
function stintShapes(laps: LapItem[], tokens: Tokens): Partial<Shape>[] {
  const stints = [...new Set(laps.map((lap) => lap.stint))];
  return stints
    .filter((_, place) => place % 2 === 1)
    .map((stint) => {
      const numbers = laps.filter((lap) => lap.stint === stint).map((lap) => lap.number);
      return {
        type: 'rect',
        xref: 'x',
        yref: 'paper',
        x0: Math.min(...numbers) - 0.5,
        x1: Math.max(...numbers) + 0.5,
        y0: 0,
        y1: 1,
        layer: 'below',
        line: { width: 0 },
        fillcolor: tokens('raised'),
      };
    });
}
