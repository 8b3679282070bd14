import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openBrowser } from '../support/browser';
import { awake, openPage, overflowOf, seriousFaults, setUp } from '../support/people-pages';
import { type PitwallServer, startPitwall } from '../support/pitwall-server';

const browser = await openBrowser();

describe.skipIf(!browser)('what comes in by itself', () => {
  let server: PitwallServer;
  const complaints: string[] = [];
  beforeAll(async () => {
    server = await startPitwall();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  /** Sends lines as a robot does and hears the answer. */
  async function say(text: string): Promise<string> {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/upstream`);
    try {
      return await new Promise((resolve, reject) => {
        socket.on('open', () => socket.send(text));
        socket.on('message', (data) => resolve(String(data)));
        socket.on('error', reject);
      });
    } finally {
      socket.close();
    }
  }

  it('is seen: a robot as it moves, a phone once it has its address', async () => {
    const page = await openPage(browser, complaints);
    await setUp(page, server.url);
    await page.goto(`${server.url}/robots`);
    await awake(page);
    await page.getByText('No robots yet').waitFor();

    expect(await say('0,0,0,Rob/Oto')).toBe('OK');
    const row = page.getByRole('row', { name: /Rob\/Oto/ });
    await row.waitFor();
    expect(await say('3,4,1000,Rob/Oto\n9,9,500,Rob/Oto')).toBe('OK\nERR past');
    await row.getByText('5.00').first().waitFor();
    await row.getByText('1 older than the newest').waitFor();
    await row.getByRole('button', { name: 'Set trip A of Rob/Oto to zero' }).click();
    await row.getByText('0.00').waitFor();
    await row.getByRole('button', { name: 'Rob/Oto', exact: true }).click();
    await page.getByLabel('From, ms').fill('0');
    await page.getByRole('button', { name: 'Show this way' }).click();
    await page.getByText('5.00 m over 2 events').waitFor();
    expect(await say('3,5,2000,Rob/Oto')).toBe('OK');
    await page.getByRole('button', { name: 'Show this way' }).click();
    await page.getByText('6.00 m over 3 events').waitFor();
    await page.getByLabel('To, ms').fill('soon');
    await page.getByRole('button', { name: 'Show this way' }).click();
    await page.locator('[aria-invalid="true"][name="end_time"]').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);

    // A server that starts anew refuses for a moment, after which a browser itself asks no more.
    const other = await page.context().newPage();
    await other.route('**/robots/stream', (route) => route.fulfill({ status: 503 }));
    await other.goto(`${server.url}/robots`);
    await other.getByText('The server does not report at the moment; asking again.').waitFor();
    await other.unroute('**/robots/stream');
    await other.getByText('1 robot').waitFor();
    await other.close();

    await page.goto(`${server.url}/devices`);
    await awake(page);
    await page.getByRole('button', { name: 'Add a phone' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Phone in car 7');
    await page.getByRole('button', { name: 'Make its address' }).click();
    const address = await page.getByRole('region', { name: 'The address' }).locator('pre').innerText();
    expect(address).toMatch(new RegExp(`^${server.url}/api/v1/osmand/pwd_[\\w-]{43}$`));
    expect(await seriousFaults(page)).toEqual([]);
    // As an app writes it: with a slash before its question mark, posted.
    const sent = await fetch(`${address}/?id=1&lat=41.5&lon=2.2&batt=80`, { method: 'POST' });
    expect([sent.status, await sent.text()]).toEqual([200, '']);
    await page.getByRole('button', { name: 'I have it' }).click();
    await page.reload();
    const phone = page.getByRole('row', { name: /Phone in car 7/ });
    await phone.getByText('online').waitFor();
    await phone.getByText('battery 80 %').waitFor();

    await page.getByRole('button', { name: 'Keys of Phone in car 7' }).click();
    await page.getByRole('button', { name: /^Revoke the key pwd_/ }).click();
    await page.getByRole('button', { name: /^Really revoke the key/ }).click();
    await page.getByText('revoked', { exact: true }).waitFor();
    expect((await fetch(`${address}?lat=41.5&lon=2.2`)).status).toBe(401);
    expect(complaints).toEqual([]);
    expect(server.log()).not.toContain(address.split('/').at(-1));
  });
});
