/** The bundle with scatter, bar and pie; its own types cover only the full build. */
declare module 'plotly.js/dist/plotly-basic.min.js' {
  import type Plotly from 'plotly.js';
  import type { PlotlyHTMLElement } from 'plotly.js';

  const basic: typeof Plotly & {
    Fx: {
      hover(chart: PlotlyHTMLElement, at: { xval: number }, subplot: string, silent?: boolean): void;
      unhover(chart: PlotlyHTMLElement): void;
    };
  };
  export default basic;
}
