// The auditor's desk: who looked at a person and what they saw, who was signed in, and evidence that
// proves itself, in two languages, wide and narrow, with and without scripts.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type Page, expect, test } from '@playwright/test';
import { acceptTerms, openDossier, signIn } from '../support/counter.ts';
import { logKey, tenMinutesSinceTheCard, verify } from '../support/evidence.ts';
import { look, watch } from '../support/look.ts';
import { numberOf } from '../support/people.ts';
import { type Server, start } from '../support/server.ts';

let server: Server;
test.beforeAll(async () => { server = await start(); });
test.afterAll(async () => { await server.stop(); });

async function lookAtLotte(browser: Browser): Promise<string> {
  const page = await (await browser.newContext({ locale: 'nl-BE' })).newPage();
  await signIn(page, server.url, 'officer-nl');
  if (page.url().endsWith('/terms')) await acceptTerms(page);
  await openDossier(page, server.url, 'Lotte');
  const number = await numberOf(page, server.url, 'Lotte');
  await page.locator('header form button').click();
  await expect(page).toHaveURL(`${server.url}/`);
  return number;
}

async function auditor(browser: Browser, locale: string, width: number): Promise<Page> {
  const page = await (await browser.newContext({ locale, viewport: { width, height: 900 } })).newPage();
  await signIn(page, server.url, 'auditor');
  if (page.url().endsWith('/terms')) await acceptTerms(page);
  await expect(page).toHaveURL(/\/audit$/);
  return page;
}

test('who looked at a person is answered, and the zip proves it', async ({ browser }) => {
  const number = await lookAtLotte(browser);
  const page = await auditor(browser, 'nl-BE', 1200);
  const settled = watch(page, server.url);
  await look(page, 'nl-audit');
  // Nothing chosen, nothing typed: each field says what it needs.
  await page.locator('#find').click();
  await expect(page.locator('#errors a')).toHaveCount(2);
  await look(page, 'nl-audit-errors');
  await page.locator('#by-person').check();
  await page.locator('#number').fill('123');
  await page.locator('#purpose').fill('Klacht 2026/12 van de persoon');
  await page.locator('#find').click();
  await expect(page.locator('#number-error')).toBeVisible();
  await page.locator('#number').fill(number);
  await page.locator('#kinds').selectOption('look_ups');
  await page.locator('#find').click();
  await expect(page).toHaveURL(`${server.url}/audit`);
  const events = page.locator('#timeline > li');
  await expect(events.filter({ hasText: 'Vroeg de persoon op in het register' })).toContainText('An Peeters');
  await expect(events.filter({ hasText: 'Getoond: voornamen, familienaam, geboortedatum' }).first()).toContainText('An Peeters');
  // The number stands in what happened, and in no field or address of the page.
  await expect(page.locator(`input[value*="${number.replace(/\D/g, '')}"], input[value*="${number}"]`)).toHaveCount(0);
  await look(page, 'nl-audit-found');
  // The answer has no address: another language asks the same again.
  await page.locator('.lang button[lang=fr]').click();
  await expect(page).toHaveURL(`${server.url}/audit`);
  await expect(page.locator('#asked')).toContainText(number);
  await expect(events.filter({ hasText: 'Montré : prénoms' }).first()).toContainText('An Peeters');
  await look(page, 'fr-audit-found');
  await page.locator('.lang button[lang=nl]').click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'nl');
  // The legal basis is asked for, and then there is a zip.
  await page.locator('#take').click();
  await expect(page.locator('#legal_basis-error')).toBeVisible();
  await look(page, 'nl-audit-evidence');
  await page.locator('#legal_basis').fill('Artikel 15 AVG');
  // Whoever showed the card long ago shows it now, and the question stays.
  tenMinutesSinceTheCard(server.folder);
  await page.locator('#take').click();
  await expect(page.locator('#card-first')).toBeVisible();
  await expect(page.locator('#legal_basis')).toHaveValue('Artikel 15 AVG');
  await look(page, 'nl-audit-card-first');
  const dialog = page.locator('dialog.demo-cards');
  await page.locator('#sign-in-with-card').click();
  await dialog.locator('button[type=button]').click();
  await expect(page.locator('#sign-in-status')).toContainText('Er is niets verloren');
  await page.locator('#sign-in-with-card').click();
  await dialog.locator('#demo-card-auditor').check();
  await dialog.locator('#demo-pin').fill('1234');
  const [download] = await Promise.all([page.waitForEvent('download'), dialog.locator('button').first().click()]);
  // Another language only shows the page: nothing is taken along by that.
  await expect(page.locator('#card-first')).toBeHidden();
  await expect(page.locator('#take')).toBeVisible();
  await page.locator('.lang button[lang=fr]').click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
  await expect(page.locator('#legal_basis')).toHaveValue('Artikel 15 AVG');
  await expect(page.locator('#card-first')).toHaveCount(0);
  await page.locator('.lang button[lang=nl]').click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'nl');
  expect(download.suggestedFilename()).toMatch(/^loket-evidence-\d{4}-\d\d-\d\d\.zip$/);
  const zip = join(tmpdir(), `loket-e2e-${process.pid}-${download.suggestedFilename()}`);
  await download.saveAs(zip);
  const { code, said } = verify(zip, logKey(server.folder, 'localhost/audit/1'));
  expect(said).toContain('The bundle holds');
  expect(said).toContain('Klacht 2026/12 van de persoon');
  expect(said).toContain('nothing that fits the query was left out');
  expect(code).toBe(0);
  expect(verify(zip, logKey(server.folder, 'localhost/audit/2')).code).toBe(1);
  // A number nobody knows, and a period in which nothing happened, are told as such.
  await page.goto(`${server.url}/audit`);
  await page.locator('#by-person').check();
  await page.locator('#number').fill(await numberOf(page, server.url, 'Karim'));
  await page.locator('#purpose').fill('Klacht 2026/12 van de persoon');
  await page.locator('#find').click();
  await expect(page.locator('#nothing')).toContainText('niet bekend');
  await look(page, 'nl-audit-unknown');
  await page.goto(`${server.url}/audit`);
  await page.locator('#by-everything').check();
  await page.locator('#until').fill('2020-01-01');
  await page.locator('#purpose').fill('Klacht 2026/12 van de persoon');
  await page.locator('#find').click();
  await expect(page.locator('#nothing')).toContainText('geen gebeurtenis');
  settled();
});

test('the desk fits a narrow screen, in French and in German', async ({ browser }) => {
  const number = await lookAtLotte(browser);
  for (const locale of ['fr-BE', 'de']) {
    const page = await auditor(browser, locale, 320);
    const language = locale.slice(0, 2);
    await look(page, `narrow-audit-${language}`);
    await page.locator('#by-person').check();
    await page.locator('#number').fill(number);
    await page.locator('#purpose').fill('2026/12: plainte, Beschwerde');
    await page.locator('#find').click();
    await expect(page.locator('#timeline > li').first()).toBeVisible();
    await page.locator('#timeline details').first().click();
    await look(page, `narrow-audit-found-${language}`);
    await page.goto(`${server.url}/audit/sessions`);
    const now = new Date(Date.now() - 1000).toLocaleString('sv-SE', { timeZone: 'Europe/Brussels' });
    await page.locator('#at').fill(now.replace(' ', 'T'));
    await page.locator('#purpose').fill('2026/12: plainte, Beschwerde');
    await page.locator('#find').click();
    await expect(page.locator('#sessions tbody tr').first()).toBeVisible();
    await look(page, `narrow-audit-sessions-${language}`);
    // The session ends here, so that the next one is another.
    await page.context().close();
  }
});

test('without scripts the desk answers too', async ({ browser }) => {
  const page = await auditor(browser, 'en', 1200);
  const plain = await (await browser.newContext({
    javaScriptEnabled: false, storageState: await page.context().storageState(), locale: 'en',
  })).newPage();
  await plain.goto(`${server.url}/audit`);
  await plain.locator('#by-everything').check();
  await plain.locator('#purpose').fill('A sample of November');
  await plain.locator('#find').click();
  await expect(plain.locator('#timeline > li').first()).toBeVisible();
  await look(page, 'en-audit');
});
