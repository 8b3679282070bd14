'use client';

import type { Data, Layout, PlotlyHTMLElement, PlotMouseEvent } from 'plotly.js';
import { useEffect, useRef, useState } from 'react';

type Plotly = typeof import('plotly.js/dist/plotly-basic.min.js')['default'];
export type Chart = { element: PlotlyHTMLElement; plotly: Plotly };

type PlotProps = {
  data: Data[];
  layout: Partial<Layout>;
  heightPx: number;
  onChart?(chart: Chart | null): void;
  onHover?(event: PlotMouseEvent): void;
  onLeave?(): void;
  onClick?(event: PlotMouseEvent): void;
};

const CONFIG = {
  displaylogo: false,
  displayModeBar: false,
  showSendToCloud: false,
  plotlyServerURL: '',
  responsive: true,
  doubleClick: 'reset',
} as const;

/** A chart by plotly.js, which comes only when a chart is on the page. Its place has its height from the start. */
export function Plot({ data, layout, heightPx, ...handlers }: PlotProps) {
  const host = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<Chart | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const latest = useRef(handlers);
  latest.current = handlers;

  useEffect(() => {
    // A place of its own for each chart: plotly.js takes down with a chart whatever stands in its element.
    const place = document.createElement('div');
    place.style.height = '100%';
    host.current?.append(place);
    let gone = false;
    let made: Chart | null = null;
    makeChart(place)
      .then((ready) => {
        if (gone) return ready.plotly.purge(ready.element);
        made = ready;
        ready.element.on('plotly_hover', (event) => latest.current.onHover?.(event));
        ready.element.on('plotly_unhover', () => latest.current.onLeave?.());
        ready.element.on('plotly_click', (event) => latest.current.onClick?.(event));
        setChart(ready);
        latest.current.onChart?.(ready);
      })
      .catch((error: unknown) => setFailed(error instanceof Error ? error.message : String(error)));
    return () => {
      gone = true;
      latest.current.onChart?.(null);
      if (made) made.plotly.purge(made.element);
      place.remove();
      setChart(null);
    };
  }, []);

  useEffect(() => {
    chart?.plotly
      .react(chart.element, data, layout, CONFIG)
      .catch((error: Error) => setFailed(error.message));
  }, [chart, data, layout]);

  return (
    <div style={{ height: heightPx }} className="relative min-w-0 overflow-hidden">
      <div ref={host} className="size-full" />
      {failed && (
        <p className="absolute inset-0 p-3 text-sm text-danger">The chart cannot be drawn: {failed}</p>
      )}
    </div>
  );
}

async function makeChart(place: HTMLDivElement): Promise<Chart> {
  const { default: plotly } = await import('plotly.js/dist/plotly-basic.min.js');
  return { element: await plotly.newPlot(place, [], {}, CONFIG), plotly };
}
