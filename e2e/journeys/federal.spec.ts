// Signing in by the federal authentication service: the whole way, and what is turned away.
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Page, expect, test } from '@playwright/test';
import { acceptTerms } from '../support/counter.ts';
import { look } from '../support/look.ts';
import { type FederalService, LEVEL, startProvider } from '../support/provider.ts';
import { type Server, freePort, start } from '../support/server.ts';

let server: Server;
let service: FederalService;

// The officer of the demonstration, whose number stands on the card list.
const AN = { number: '84621177625', given: 'An', surname: 'Peeters' };

test.beforeAll(async () => {
  const port = await freePort();
  service = await startProvider(`http://localhost:${port}/sign-in/federal/return`, AN);
  const folder = mkdtempSync(join(tmpdir(), 'loket-federal-'));
  const [table, secret] = [join(folder, 'federal.toml'), join(folder, 'federal.secret')];
  writeFileSync(secret, `${service.secret}\n`);
  chmodSync(secret, 0o600);
  writeFileSync(table, `
    issuer = "${service.issuer}"
    client_id = "${service.clientId}"
    client_secret_file = "federal.secret"
    acr_values = ["${LEVEL}"]
  `);
  server = await start({ port, more: ['--federal', table] });
});
test.afterAll(async () => {
  await server.stop();
  await service.stop();
});

async function atTheService(page: Page): Promise<void> {
  await page.goto(`${server.url}/sign-in`);
  await page.locator('details summary').click();
  await page.locator('#sign-in-federal').click();
  await expect(page).toHaveTitle('service');
}

test('who signed in there with an eID works here', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'fr-BE' })).newPage();
  await atTheService(page);
  await page.locator('#eid').click();
  await acceptTerms(page);
  await expect(page).toHaveURL(/\/desk$/);
  await page.locator('.who a').click();
  await expect(page.locator('#sessions')).toContainText('par CSAM');
});

test('another method, a lower level and a cancelled visit sign nobody in', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'nl-BE' })).newPage();
  for (const [way, code] of [['app', 'federal'], ['sms', 'federal'], ['cancel', 'cancelled']] as const) {
    await atTheService(page);
    await page.locator(`#${way}`).click();
    await expect(page).toHaveURL(new RegExp(`failed\\?code=${code}$`));
  }
  await look(page, 'nl-federal-cancelled');
  await page.goto(`${server.url}/desk`);
  await expect(page).toHaveURL(/\/sign-in/);
});

test('an answer works once, and only in the browser that asked', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'nl-BE' })).newPage();
  await atTheService(page);
  // The last redirect is kept from the browser.
  let back = new URL((await page.locator('#eid').getAttribute('href')) ?? '', page.url()).href;
  while (!back.startsWith(server.url)) {
    const answer = await page.request.get(back, { maxRedirects: 0 });
    back = new URL(answer.headers().location ?? '', back).href;
  }
  const stranger = await (await browser.newContext()).newPage();
  await stranger.goto(back);
  await expect(stranger).toHaveURL(/failed\?code=challenge$/);
  // With another state the attempt is over, whatever comes of it.
  await page.goto(back.replace(/state=[^&]+/, 'state=another'));
  await expect(page).toHaveURL(/failed\?code=challenge$/);
  await page.goto(back);
  await expect(page).toHaveURL(/failed\?code=challenge$/);
});
