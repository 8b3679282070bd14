/** Seconds as people say them, in its two greatest units: `3 d 4 h`, `12 min 5 s`. */
export function formatStretch(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const parts: [count: number, unit: string][] = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return '0 s';
  return parts
    .slice(first, first + 2)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}
