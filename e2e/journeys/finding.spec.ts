// Finding the right person: by name, by the document in hand, by an inscription; and what the page
// says of people who need attention.
import { type Page, expect, test } from '@playwright/test';
import { acceptTerms, cardOf, openDossier, signIn } from '../support/counter.ts';
import { look } from '../support/look.ts';
import { numberOf } from '../support/people.ts';
import { type Server, start } from '../support/server.ts';

let server: Server;
test.beforeAll(async () => { server = await start(); });
test.afterAll(async () => { await server.stop(); });

async function officer(page: Page): Promise<void> {
  await signIn(page, server.url, 'officer-nl');
  if (page.url().endsWith('/terms')) await acceptTerms(page);
}

test('a name leads to a short list, a choice to the person, and another choice is possible', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'nl-BE' })).newPage();
  await officer(page);
  await page.goto(`${server.url}/desk`);
  await page.locator('#by-name').click();
  await look(page, 'nl-search');
  await page.locator('#open').click();
  await expect(page.locator('#errors')).toBeVisible();
  await look(page, 'nl-search-errors');
  await page.locator('#surname').fill('Jansens');
  await page.locator('#given_names').fill('Lotte');
  await page.locator('#birth_year').fill('1993');
  await page.locator('#reason').selectOption('first_key');
  await page.locator('#open').click();
  await expect(page).toHaveURL(/\/hits$/);
  await look(page, 'nl-hits');
  // The list tells people apart and nothing else: no number, no address.
  const number = await numberOf(page, server.url, 'Lotte');
  await expect(page.locator('main')).not.toContainText(number);
  await expect(page.locator('main')).not.toContainText('Kerkstraat');
  await page.locator('#choose').click();
  await expect(page.locator('#errors')).toBeVisible();
  await page.getByLabel('Lotte Janssens').first().check();
  await page.locator('#choose').click();
  await expect(page).toHaveURL(/\/person$/);
  await expect(page.locator('#person')).toContainText('Kerkstraat');
  await page.locator('#to-list').click();
  await expect(page).toHaveURL(/\/hits$/);
});

test('nobody, and a search made again', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'de' })).newPage();
  await officer(page);
  await page.goto(`${server.url}/desk/name`);
  await page.locator('#surname').fill('Xylophonski');
  await page.locator('#birth_year').fill('1960');
  await page.locator('#reason').selectOption('key_lost');
  await page.locator('#open').click();
  await expect(page.locator('h1')).toContainText('Niemand');
  await look(page, 'de-nobody');
  await expect(page.locator('#surname')).toHaveValue('Xylophonski');
  await page.locator('#surname').fill('Benali');
  await page.locator('#birth_year').fill('1988');
  await page.locator('#search-again').click();
  await expect(page.getByLabel('Karim Benali').first()).toBeVisible();
});

test('number and document must belong together before anything is shown', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'fr-BE' })).newPage();
  await officer(page);
  const number = await numberOf(page, server.url, 'Lotte');
  await page.goto(`${server.url}/desk`);
  await page.locator('#by-document').click();
  await look(page, 'fr-verify');
  await page.locator('#number').fill(number);
  await page.locator('input[name=shown][value=card]').check();
  await page.locator('#card').fill('591191706459');
  await page.locator('#reason').selectOption('card_unusable');
  await page.locator('#open').click();
  await expect(page.locator('#errors')).toBeVisible();
  await page.locator('#card').fill('591191706458');
  await page.locator('#open').click();
  await expect(page).toHaveURL(/\/verified$/);
  await look(page, 'fr-no-match');
  await expect(page.locator('main')).not.toContainText(/Janssens|Kerkstraat/);
  // By the address of the person there is no way round it.
  await page.goto(page.url().replace('/verified', '/person'));
  await expect(page).toHaveURL(/\/verified$/);
  await page.locator('#number').fill(number);
  await page.locator('input[name=shown][value=card]').check();
  await page.locator('#card').fill(cardOf(number));
  await page.locator('#verify-again').click();
  await expect(page).toHaveURL(/\/person$/);
  await expect(page.locator('#person')).toContainText('Janssens');
});

test('an organisation inscribes itself for the person and asks again', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'en' })).newPage();
  await officer(page);
  await openDossier(page, server.url, 'Piet');
  await look(page, 'en-not-inscribed');
  await expect(page.locator('#person')).toHaveCount(0);
  await page.locator('#inscribe').click();
  await expect(page.locator('#person')).toContainText('Wouters');
});

test('minors, guardianship, no fixed address, an interpreter', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'nl-BE', colorScheme: 'dark' })).newPage();
  await officer(page);
  for (const [name, says] of [['Emma', 'Minderjarig'], ['Rik', 'Onder bewind'], ['Ludo', 'Geen vaste woonplaats']] as const) {
    await openDossier(page, server.url, name);
    await expect(page.locator('[role=alert]').first()).toContainText(says);
    await expect(page.locator('#go-on')).toBeVisible();
    await look(page, `nl-remark-${name}`);
  }
  await openDossier(page, server.url, 'Noah');
  await expect(page.locator('#go-on')).toHaveCount(0);
  await openDossier(page, server.url, 'Rik');
  await page.locator('#circumstances summary').click();
  await page.locator('#interpreting').selectOption('sign_language');
  await page.locator('#companion').selectOption('administrator');
  await page.locator('#note').click();
  await expect(page.locator('#interpreting')).toHaveValue('sign_language');
  await look(page, 'nl-circumstances');
});

test('a name that registers cannot search for costs nothing, and after five searches the page says what to do', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'en', viewport: { width: 320, height: 700 } })).newPage();
  await officer(page);
  await page.goto(`${server.url}/desk/name`);
  await page.locator('#surname').fill('Иванов');
  await page.locator('#birth_year').fill('1970');
  await page.locator('#reason').selectOption('first_key');
  await page.locator('#open').click();
  await expect(page.locator('#errors')).toContainText('Latin letters');
  await look(page, 'en-search-not-latin');
  await page.locator('#surname').fill('O');
  await page.locator('#open').click();
  await expect(page.locator('#errors')).toContainText('one letter');
  await page.locator('#surname').fill('Xylophonski');
  await page.locator('#open').click();
  for (let n = 1; n < 5; n += 1) await page.locator('#search-again').click();
  await expect(page.locator('#ways li')).toHaveCount(3);
  await expect(page.locator('#search-again')).toHaveCount(0);
  await look(page, 'en-no-more-searches');
  await page.locator('#stop').click();
  await expect(page).toHaveURL(/\/stop/);
});

test('nobody handles a dossier about oneself, and a colleague can', async ({ browser }) => {
  const one = await (await browser.newContext({ locale: 'nl-BE' })).newPage();
  await signIn(one, server.url, 'second-officer-nl');
  if (one.url().endsWith('/terms')) await acceptTerms(one);
  const page = await (await browser.newContext({ locale: 'nl-BE' })).newPage();
  await officer(page);
  // An Peeters is officer here, and comes to a colleague as a person, with the number of her card.
  await one.goto(`${server.url}/desk`);
  await one.locator('#number').fill('84621177625');
  await one.locator('#reason').selectOption('first_key');
  await one.locator('main form button').first().click();
  await expect(one).toHaveURL(/\/person$/);
  const address = one.url().replace(/\/person$/, '');
  await page.goto(address);
  await expect(page.locator('h1')).toContainText('uzelf');
  await look(page, 'nl-own-dossier');
  await page.goto(`${address}/hand-over`);
  await expect(page.locator('h1')).toContainText('uzelf');
});
