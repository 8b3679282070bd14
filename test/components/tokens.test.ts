import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const css = readFileSync(join(import.meta.dirname, '../../app/globals.css'), 'utf8');
const root = css.slice(css.indexOf(':root {'), css.indexOf('@theme inline'));
const [light = '', dark = ''] = root.split('@variant dark');

function tokensOf(block: string): Map<string, string> {
  return new Map(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = '', hex = '']) => [name, hex]),
  );
}

/** WCAG 2.2 relative luminance of an sRGB colour. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((from) => Number.parseInt(hex.slice(from, from + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const SURFACES = ['page', 'panel', 'raised'];
const TEXTS = ['text', 'soft', 'quiet', 'accent', 'danger', 'session-best', 'personal-best', 'pit'];
const DRAWN = ['edge', 'slower', ...Array.from({ length: 8 }, (_, index) => `lap-${index + 1}`)];

const isFlag = (name: string) => name.startsWith('flag-');

// The dark theme says only what it changes.
describe.each([
  ['light', tokensOf(light)],
  ['dark', new Map([...tokensOf(light), ...tokensOf(dark)])],
])('the %s theme', (_name, tokens) => {
  const hex = (name: string) => tokens.get(name) ?? expect.fail(`no token ${name}`);

  it('gives every text 4.5:1 on every surface', () => {
    const weak = TEXTS.flatMap((text) =>
      SURFACES.filter((surface) => contrast(hex(text), hex(surface)) < 4.5).map((on) => `${text} on ${on}`),
    );
    expect(weak).toEqual([]);
    expect(contrast(hex('on-accent'), hex('accent'))).toBeGreaterThanOrEqual(4.5);
  });

  it('gives the words on a flag 4.5:1', () => {
    expect(contrast('#ffffff', hex('flag-green'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast('#10151a', hex('flag-yellow'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast('#ffffff', hex('flag-red'))).toBeGreaterThanOrEqual(4.5);
  });

  it('gives every line that carries meaning 3:1 on every surface', () => {
    const weak = DRAWN.flatMap((line) =>
      SURFACES.filter((surface) => contrast(hex(line), hex(surface)) < 3).map((on) => `${line} on ${on}`),
    );
    expect(weak).toEqual([]);
  });
});

it('has every colour in both themes, but flags once for both', () => {
  const names = [...tokensOf(light).keys()];
  expect([...tokensOf(dark).keys()].sort()).toEqual(names.filter((name) => !isFlag(name)).sort());
  expect(names.filter(isFlag)).toHaveLength(3);
});
