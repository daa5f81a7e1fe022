// Not identified, with a letter, a warning to colleagues and a report; a dossier that goes to a
// colleague; the reviewer's page.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Page, expect, test } from '@playwright/test';
import { acceptTerms, openDossier, signIn } from '../support/counter.ts';
import { look } from '../support/look.ts';
import { type Server, start } from '../support/server.ts';

let server: Server;
test.beforeAll(async () => { server = await start(); });
test.afterAll(async () => { await server.stop(); });

async function staff(page: Page, card: string): Promise<void> {
  await signIn(page, server.url, card);
  if (page.url().endsWith('/terms')) await acceptTerms(page);
}

test('a letter, a report, and a colleague who is warned', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'nl-BE' })).newPage();
  await staff(page, 'officer-nl');
  await openDossier(page, server.url, 'Karim');
  await page.goto(page.url().replace('/person', '/refuse'));
  await page.locator('input[name=reason][value=document_suspect]').check();
  await page.locator('#explanation').fill('Het hologram beweegt niet en de rand is gelijmd.');
  await page.locator('main form button').first().click();
  await expect(page).toHaveURL(/\/standing$/);
  await look(page, 'nl-refused');
  const form = page.locator('form', { has: page.locator('#print-letter') });
  for (const [language, title] of [['nl', 'U kon vandaag niet'], ['fr', 'Nous n’avons pas pu'], ['de', 'Wir konnten Sie heute nicht'], ['en', 'We could not identify you']] as const) {
    const answer = await page.request.post(`${server.url}${await form.getAttribute('action')}`, {
      form: { wish: (await form.locator('input[name=wish]').getAttribute('value')) ?? '', language },
      headers: { origin: server.url },
    });
    expect(answer.headers()['content-type']).toBe('application/pdf');
    const letter = join(mkdtempSync(join(tmpdir(), 'loket-letter-')), 'letter.pdf');
    writeFileSync(letter, await answer.body());
    const text = execFileSync('pdftotext', [letter, '-'], { encoding: 'utf8' });
    expect(text).toContain(title);
    expect(text).not.toMatch(/Karim|Benali|hologram/);
    await page.reload();
  }
  await page.locator('#explanation').fill('kort');
  await page.locator('#report-fraud').click();
  await expect(page.locator('#errors')).toBeVisible();
  await page.locator('#explanation').fill('De rand van de kaart is duidelijk gelijmd.');
  await page.locator('#report-fraud').click();
  await expect(page.locator('#reported')).toBeVisible();

  const other = await (await browser.newContext({ locale: 'nl-BE' })).newPage();
  await staff(other, 'second-officer-nl');
  await openDossier(other, server.url, 'Karim');
  await expect(other.locator('[role=alert]').first()).toContainText('An Peeters');
  await look(other, 'nl-warned');
  const stranger = await (await browser.newContext({ locale: 'fr-BE' })).newPage();
  await staff(stranger, 'officer-fr');
  await openDossier(stranger, server.url, 'Karim');
  await expect(stranger.locator('[role=alert]')).toHaveCount(0);
});

test('a dossier goes to a colleague and is taken over again', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'en' })).newPage();
  const other = await (await browser.newContext({ locale: 'en' })).newPage();
  await staff(page, 'officer-nl');
  await staff(other, 'second-officer-nl');
  await openDossier(page, server.url, 'Emma');
  const dossier = page.url().replace('/person', '');
  // A colleague sees who has it, and nothing of the person.
  await other.goto(`${dossier}/person`);
  await expect(other).toHaveURL(dossier);
  await expect(other.locator('main')).toContainText('An Peeters');
  await expect(other.locator('main')).not.toContainText('Claes');
  await look(other, 'en-take-over');
  await page.locator('#to-colleague').click();
  await look(page, 'en-hand-over');
  await page.locator('#to').selectOption({ label: 'Hilde Claes' });
  await page.locator('#hand-over').click();
  await expect(page).toHaveURL(/\/desk$/);
  await other.goto(`${server.url}/desk`);
  await other.locator('main table a').first().click();
  await expect(other.locator('#person')).toContainText('Emma');
  await page.goto(dossier);
  await page.locator('#take-over').click();
  await expect(page.locator('#person')).toContainText('Emma');
});

test('nobody looks himself up, and the reviewer sees who tried', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'nl-BE' })).newPage();
  await staff(page, 'officer-nl');
  // The number of An Peeters, as her card has it.
  const own = '84621177625';
  await page.goto(`${server.url}/desk`);
  await page.locator('#number').fill(own);
  await page.locator('#reason').selectOption('first_key');
  await page.locator('main form button').first().click();
  await expect(page.locator('#errors')).toBeVisible();
  await openDossier(page, server.url, 'Lotte');
  const reviewer = await (await browser.newContext({ locale: 'nl-BE' })).newPage();
  await staff(reviewer, 'reviewer');
  await expect(reviewer).toHaveURL(/\/review$/);
  await expect(reviewer.locator('#points')).toContainText('An Peeters');
  await expect(reviewer.locator('#week')).toContainText('An Peeters');
  await look(reviewer, 'nl-review');
  await reviewer.setViewportSize({ width: 320, height: 640 });
  for (const table of ['#week', '#points']) {
    const inside = await reviewer.locator(`.table-wrap:has(${table})`).evaluate((wrap) => wrap.scrollWidth - wrap.clientWidth);
    expect(inside, `${table}: each row stands by itself`).toBeLessThanOrEqual(0);
  }
  await look(reviewer, 'narrow-review-nl');
});
