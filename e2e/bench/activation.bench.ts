// How long the pages of an activation take on a slow line, as the browser itself measures it.
import { type Page, test } from '@playwright/test';
import { identifyLotte, invite, phoneOf } from '../support/activation.ts';
import { acceptTerms, signIn } from '../support/counter.ts';
import { start } from '../support/server.ts';

const RUNS = 5;
const bits = 400_000 / 8;

// From the click on: when something is to be seen, when all is there, and how many bytes came.
async function measured(page: Page): Promise<{ shown: number; whole: number; bytes: number }> {
  return page.evaluate(() => new Promise((resolve) => {
    const look = () => {
      const [paint] = performance.getEntriesByName('first-contentful-paint');
      const [all] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
      if (!paint || !all || all.loadEventEnd === 0) { setTimeout(look, 50); return; }
      const more = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
      const bytes = [all, ...more].reduce((sum, one) => sum + one.transferSize, 0);
      resolve({ shown: Math.round(paint.startTime), whole: Math.round(all.loadEventEnd), bytes });
    };
    look();
  }));
}

test('a slow line', async ({ browser }) => {
  const server = await start();
  const counter = await (await browser.newContext({ locale: 'nl-BE' })).newPage();
  await signIn(counter, server.url, 'officer-nl');
  await acceptTerms(counter);
  await identifyLotte(counter, server.url);
  const { link } = await invite(counter, server.url, 'lotte.traag@example.be', '+32470123459');
  await counter.close();
  for (const first of [true, false]) {
    const runs = [];
    for (let run = 0; run < RUNS; run += 1) {
      const page = await phoneOf(browser, true);
      const line = await page.context().newCDPSession(page);
      await line.send('Network.enable');
      // The style is kept from the first page on.
      if (!first) await page.goto(link);
      await line.send('Network.emulateNetworkConditions', {
        offline: false, latency: 400, downloadThroughput: bits, uploadThroughput: bits,
      });
      await page.goto(first ? link : `${server.url}/my-keys/recover`);
      runs.push(await measured(page));
      await page.context().close();
    }
    runs.sort((a, b) => a.shown - b.shown);
    const middle = runs[Math.floor(RUNS / 2)];
    const name = first ? 'first page, by the link' : 'a page after it, the style kept';
    console.log(`${name}: shown after ${middle?.shown} ms, whole after ${middle?.whole} ms, ${middle?.bytes} bytes`);
  }
  await server.stop();
});
