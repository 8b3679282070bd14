'use client';

import type { Data, Layout } from 'plotly.js';
import { useEffect, useMemo, useState } from 'react';
import { SPEED_UNIT, speedIn, type Units } from '@/components/format';
import type { Cursor } from '@/components/hooks/cursor';
import { type Tokens, useTokens } from '@/components/hooks/use-tokens';
import { usePreferences } from '@/components/ui/preferences';
import { axisLook, chartLayout } from './chart-layout';
import type { LapLine } from './lap-palette';
import { type Chart, Plot } from './plot';

export type SpeedLine = { key: string; name: string; line: LapLine; distanceM: number[]; speedMps: number[] };

/** Speed over distance of laps; the pointer moves the shared cursor, and the cursor moves the chart's label. */
export function SpeedChart({
  lines,
  cursor,
  heightPx,
}: {
  lines: SpeedLine[];
  cursor: Cursor;
  heightPx: number;
}) {
  const tokens = useTokens();
  const { units } = usePreferences();
  const [chart, setChart] = useState<Chart | null>(null);
  const data = useMemo(
    () => (tokens ? lines.map((line) => scatterOf(line, units, tokens)) : []),
    [lines, units, tokens],
  );
  const layout = useMemo(() => (tokens ? layoutOf(units, tokens) : {}), [units, tokens]);
  useEffect(() => {
    if (!chart) return;
    let own = false;
    const follow = () => {
      const distanceM = cursor.get();
      if (own || !chart.element.isConnected || chart.element.matches(':hover')) return;
      own = true;
      if (distanceM === null) chart.plotly.Fx.unhover(chart.element);
      else chart.plotly.Fx.hover(chart.element, { xval: distanceM }, 'xy', true);
      own = false;
    };
    return cursor.subscribe(follow);
  }, [chart, cursor]);
  return (
    <Plot
      data={data}
      layout={layout}
      heightPx={heightPx}
      onChart={setChart}
      onHover={(event) => {
        const at = event.points[0]?.x;
        if (typeof at === 'number') cursor.set(at);
      }}
      onLeave={() => cursor.set(null)}
    />
  );
}

function scatterOf({ name, line, distanceM, speedMps }: SpeedLine, units: Units, tokens: Tokens): Data {
  return {
    type: 'scatter',
    mode: 'lines',
    name,
    x: distanceM,
    y: speedMps.map((speed) => speedIn(units, speed)),
    line: { color: tokens(line.token), width: line.widthPx, dash: line.dash },
    hovertemplate: '%{y:.1f}',
  };
}

function layoutOf(units: Units, tokens: Tokens): Partial<Layout> {
  return {
    ...chartLayout(tokens),
    hovermode: 'x unified',
    xaxis: {
      ...axisLook(tokens),
      title: { text: 'Distance, m', standoff: 8 },
      hoverformat: ',.0f',
      ticksuffix: '',
      showspikes: true,
      spikemode: 'across',
      spikethickness: 1,
      spikedash: 'solid',
      spikecolor: tokens('edge'),
    },
    yaxis: { ...axisLook(tokens), title: { text: `Speed, ${SPEED_UNIT[units]}`, standoff: 8 } },
  };
}
