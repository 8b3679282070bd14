/** A measured value; `unit` is printed behind it. */
export type Figure = { name: string; value: number; unit: string };

/** One line of the bench: what was measured, beside a baseline measured in the same run. */
export type Row = {
  work: string;
  result: Figure;
  /** What the same machine does at most, or with less work; null where the bar is absolute. */
  baseline: Figure | null;
  /** result / baseline. */
  ratio: number | null;
  bar: string;
  met: boolean;
  /** Further figures of the same measurement. */
  more: Figure[];
};

export type BenchReport = {
  node: string;
  platform: string;
  cores: number;
  seconds: number;
  rows: Row[];
  /** Benches that could not run, with the reason. */
  skipped: { bench: string; reason: string }[];
};

const rounded = (value: number) => Number(value.toPrecision(4));

function inWords({ value, unit }: Figure): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 1 ? 2 : 4;
  const number = value.toLocaleString('en-US', { maximumFractionDigits: digits });
  return unit === '' ? number : `${number} ${unit}`;
}

const named = (figure: Figure) => `${figure.name} ${inWords(figure)}`;

/** The report as aligned lines for people. */
export function asText(report: BenchReport): string {
  const cells = report.rows.map((row) => [
    row.met ? 'ok' : 'MISSED',
    row.work,
    inWords(row.result),
    row.baseline
      ? `${named(row.baseline)}, ratio ${inWords({ name: '', value: row.ratio ?? 0, unit: '' })}`
      : '–',
    row.bar,
  ]);
  const head = ['', 'work', 'result', 'baseline', 'bar'];
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  const lines = [line(head), line(widths.map((width) => '-'.repeat(width)))];
  report.rows.forEach((row, i) => {
    lines.push(line(cells[i] ?? []));
    if (row.more.length > 0) lines.push(`          ${row.more.map(named).join(' · ')}`);
  });
  for (const { bench, reason } of report.skipped) lines.push(`skipped   ${bench}: ${reason}`);
  lines.push(
    `${report.cores} cores, Node ${report.node}, ${report.platform}, ${inWords({ name: '', value: report.seconds, unit: 's' })}`,
  );
  return lines.join('\n');
}

/** The report for machines; values keep four significant digits. */
export function asJson(report: BenchReport): string {
  return JSON.stringify(
    report,
    (_, value: unknown) => (typeof value === 'number' ? rounded(value) : value),
    2,
  );
}
