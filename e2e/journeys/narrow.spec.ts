// Every page of the counter at 320 pixels, in the four languages, light and dark: nothing scrolls
// sideways, and axe finds nothing in the dark; in the light the other journeys look.
import { type Browser, type Page, expect, test } from '@playwright/test';
import { acceptTerms, answer, openDossier, signIn, typeBelgianCard } from '../support/counter.ts';
import { look } from '../support/look.ts';
import { type Server, start } from '../support/server.ts';

let server: Server;
test.beforeAll(async () => { server = await start(); });
test.afterAll(async () => { await server.stop(); });
test.setTimeout(480_000);

async function everywhere(page: Page, name: string): Promise<void> {
  const path = new URL(page.url()).pathname;
  for (const language of ['nl', 'fr', 'de', 'en']) {
    await page.goto(`${server.url}/language?to=${language}&back=${path}`);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      if (language === 'de' && colorScheme === 'dark') await look(page, `narrow-${name}-${language}-${colorScheme}`);
      const wide = await page.evaluate(() =>
        [...document.querySelectorAll('body *')]
          .filter((e) => !e.closest('.table-wrap, pre, .visually-hidden, .skip') && e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
          .map((e) => e.outerHTML.slice(0, 120)));
      expect(wide, `${name} in ${language}`).toEqual([]);
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(sideways, `${name} in ${language} scrolls sideways`).toBeLessThanOrEqual(0);
    }
  }
}

async function counter(browser: Browser): Promise<Page> {
  const page = await (await browser.newContext({ locale: 'de', viewport: { width: 320, height: 640 } })).newPage();
  await signIn(page, server.url, 'officer-nl');
  if (page.url().endsWith('/terms')) await acceptTerms(page);
  return page;
}

test('the pages before the identification fit a narrow screen', async ({ browser }) => {
  const page = await counter(browser);
  for (const path of ['/desk', '/desk/document', '/desk/name', '/second-checks', '/sessions']) {
    await page.goto(`${server.url}${path}`);
    await everywhere(page, path.slice(1).replace('/', '-'));
  }
  await openDossier(page, server.url, 'Lotte');
  const dossier = page.url().replace('/person', '');
  for (const path of ['person', 'procedure', 'hand-over', 'stop', 'refuse']) {
    await page.goto(`${dossier}/${path}`);
    await everywhere(page, path);
  }
});

test('the pages of the identification fit a narrow screen', async ({ browser }) => {
  const page = await counter(browser);
  await openDossier(page, server.url, 'Lotte');
  const dossier = page.url().replace('/person', '');
  await page.goto(`${dossier}/procedure`);
  await page.locator('input[name=procedure][value="belgian-card-without-certificates"]').check();
  await page.locator('#go-on').click();
  await expect(page).toHaveURL(/\/checks$/);
  await everywhere(page, 'checks');
  for (const check of ['presence', 'in-hand']) await answer(page, check, 'yes');
  await page.locator('a#go-on').click();
  await expect(page).toHaveURL(/\/document$/);
  await everywhere(page, 'document');
  await typeBelgianCard(page, { surname: 'Janssens', given: 'Albertine', birth: ['18', '5', '1993'], woman: true });
  await page.locator('#record').click();
  await expect(page).toHaveURL(/\/comparison$/);
  await everywhere(page, 'comparison');
  const inside = await page.locator('.table-wrap').evaluate((table) => table.scrollWidth - table.clientWidth);
  expect(inside, 'each row stands by itself').toBeLessThanOrEqual(0);
  await page.locator('input[name=reason][value=act_seen]').check();
  await page.locator('#explanation-given-names').fill('Decree of 3 March 2026, seen in original.');
  await page.locator('form:has(#explanation-given-names) button').click();
  await page.locator('#go-on').click();
  for (const check of ['features', 'photo']) await answer(page, check, 'yes');
  await answer(page, 'document-status', 'no_hit');
  await expect(page.locator('#call-second')).toBeVisible();
  await everywhere(page, 'call-second');
  await page.locator('#call-second').click();
  await expect(page.locator('#look-again')).toBeVisible();
  await everywhere(page, 'waiting');
  await page.goto(`${dossier}/refuse`);
  await page.locator('input[name=reason][value=document_suspect]').check();
  await page.locator('#explanation').fill('Het hologram beweegt niet en de rand is gelijmd.');
  await page.locator('main form button').first().click();
  await expect(page).toHaveURL(/\/standing$/);
  await everywhere(page, 'refused');
});
