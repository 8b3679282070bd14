import type { Locator, Page } from 'playwright-core';
import { formatLapTime, formatSectorTime, formatUncertainty } from '@/components/format';
import { lapClassWord } from '@/components/reasons';
import { LAP_CLASSES } from '@/lib/timing/types';
import type { LapsOutput } from './pitwall-server';

/** Lap, class, time, uncertainty and sectors as the table writes them. */
export function rowsOf(output: LapsOutput): string[][] {
  const laps = output.files[0]?.devices[0]?.laps ?? [];
  const sectors = Math.max(...laps.map((lap) => lap.sectors.length));
  return laps.map((lap) => {
    const known = LAP_CLASSES.find((lapClass) => lapClass === lap.class);
    return [
      String(lap.number),
      known ? lapClassWord(known) : lap.class,
      formatLapTime(lap.timeMs),
      formatUncertainty(lap.uncertaintyMs),
      ...Array.from({ length: sectors }, (_, index) => {
        const sector = lap.sectors.find((each) => each.number === index + 1);
        return formatSectorTime(sector?.timeMs);
      }),
    ];
  });
}

/** The same columns out of the page, without the marks. */
export async function tableRows(page: Page): Promise<string[][]> {
  const grid = page.getByRole('grid', { name: 'Laps' });
  await grid.waitFor();
  // Past the first rows the browser writes the table itself.
  await page.locator('[data-map=drawn]').waitFor();
  const heads = await grid.locator('thead th').allTextContents();
  const kept = heads.map((head) => /^(Lap|Class|Time|± s|S\d+)$/.test(head));
  const rows = await grid.locator('tbody tr').all();
  return Promise.all(
    rows.map(async (row) => {
      const cells = await row.locator('td').allTextContents();
      return cells
        .filter((_, index) => kept[index])
        .map((cell) => cell.replace(/[◆▲~]|, best of .*$/g, '').trim());
    }),
  );
}

/** How many different colours a part of the page shows: a map that was not drawn has hardly any. */
export async function coloursIn(part: Locator): Promise<number> {
  const png = (await part.screenshot()).toString('base64');
  return part.page().evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d');
    context?.drawImage(bitmap, 0, 0);
    const pixels = context?.getImageData(0, 0, bitmap.width, bitmap.height).data ?? new Uint8ClampedArray();
    const colours = new Set<number>();
    for (let at = 0; at < pixels.length; at += 4)
      colours.add(((pixels[at] ?? 0) << 16) | ((pixels[at + 1] ?? 0) << 8) | (pixels[at + 2] ?? 0));
    return colours.size;
  }, png);
}

/** Presses Tab until what has the focus matches. */
export async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    if ((await page.locator(':focus').and(page.locator(selector)).count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`The Tab key does not reach ${selector}.`);
}
