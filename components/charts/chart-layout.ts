import type { Layout } from 'plotly.js';
import type { Tokens } from '@/components/hooks/use-tokens';

/** The look that all charts share: hairlines, the page's own type and colours, nothing drawn twice. */
export function chartLayout(tokens: Tokens): Partial<Layout> {
  return {
    paper_bgcolor: tokens('page'),
    plot_bgcolor: tokens('page'),
    font: { family: 'system-ui, sans-serif', size: 12, color: tokens('soft') },
    margin: { l: 56, r: 12, t: 8, b: 42 },
    showlegend: false,
    dragmode: 'zoom',
    hoverlabel: {
      bgcolor: tokens('panel'),
      bordercolor: tokens('edge'),
      font: { size: 12, color: tokens('text') },
    },
  };
}

export function axisLook(tokens: Tokens) {
  return {
    gridcolor: tokens('line'),
    linecolor: tokens('line'),
    zerolinecolor: tokens('line'),
    tickcolor: tokens('line'),
    automargin: false,
  };
}
