// See activation.sh.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const e2e = join(import.meta.dirname, '../e2e');
const { chromium } = createRequire(join(e2e, 'package.json'))('@playwright/test');
const { start } = await import(join(e2e, 'support/server.ts'));
const { identifyLotte, invite } = await import(join(e2e, 'support/activation.ts'));
const { acceptTerms, signIn } = await import(join(e2e, 'support/counter.ts'));

const executablePath = process.env.CHROMIUM ?? execFileSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).trim();
const server = await start();
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });

// What the browser itself has measured of the page, from the click on.
async function measured(page) {
  return page.evaluate(() => new Promise((resolve) => {
    const shown = () => {
      const paint = performance.getEntriesByName('first-contentful-paint')[0];
      const whole = performance.getEntriesByType('navigation')[0];
      if (!paint || whole.loadEventEnd === 0) return setTimeout(shown, 50);
      const bytes = [whole, ...performance.getEntriesByType('resource')].reduce((sum, one) => sum + one.transferSize, 0);
      resolve({ shown: Math.round(paint.startTime), loaded: Math.round(whole.loadEventEnd), bytes });
    };
    shown();
  }));
}

const FIRST = 'first page, by the link';

try {
  const counter = await (await browser.newContext({ locale: 'nl-BE' })).newPage();
  await signIn(counter, server.url, 'officer-nl');
  await acceptTerms(counter);
  await identifyLotte(counter, server.url);
  const { link } = await invite(counter, server.url, 'lotte.traag@example.be', '+32470123459');
  await counter.close();
  for (const [name, address] of [[FIRST, link], ['a page after it, style and scripts kept', `${server.url}/my-keys/recover`]]) {
    const runs = [];
    for (let run = 0; run < 7; run += 1) {
      const context = await browser.newContext({ viewport: { width: 320, height: 640 } });
      const page = await context.newPage();
      const session = await context.newCDPSession(page);
      await session.send('Network.enable');
      if (name !== FIRST) await page.goto(link);
      await session.send('Network.emulateNetworkConditions', {
        offline: false, latency: 400, downloadThroughput: 400_000 / 8, uploadThroughput: 400_000 / 8,
      });
      await page.goto(address);
      runs.push(await measured(page));
      await context.close();
    }
    runs.sort((a, b) => a.shown - b.shown);
    const { shown, loaded, bytes } = runs[3];
    console.log(`${name}: shown after ${shown} ms, whole after ${loaded} ms, ${bytes} bytes (median of ${runs.length})`);
  }
} finally {
  await browser.close();
  await server.stop();
}
