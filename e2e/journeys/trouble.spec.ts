// What goes wrong at a counter gets a clear message with the way on, keeps what was typed, and
// changes nothing.
import { type Page, expect, test } from '@playwright/test';
import {
  acceptTerms, activationCode, confirm, enterContact, identify, openDossier, signIn, typeBelgianCard,
} from '../support/counter.ts';
import { look } from '../support/look.ts';
import { newestMessage } from '../support/people.ts';
import { type Server, start } from '../support/server.ts';

let server: Server;
test.beforeAll(async () => { server = await start(); });
test.afterAll(async () => { await server.stop(); });

async function officer(page: Page): Promise<void> {
  await signIn(page, server.url, 'officer-nl');
  if (page.url().endsWith('/terms')) await acceptTerms(page);
}

test('cards that may not work get a page of their own', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'en' })).newPage();
  const titles = new Set<string>();
  for (const card of ['officer-expired', 'officer-ended', 'no-role']) {
    await signIn(page, server.url, card);
    await expect(page).toHaveURL(/\/sign-in\/failed/);
    await look(page, `en-refused-${card}`);
    titles.add(await page.locator('main').innerText());
  }
  expect(titles.size).toBe(3);
  await page.goto(`${server.url}/desk`);
  await expect(page).toHaveURL(/\/sign-in/);
});

test('a wrong PIN and a cancelled dialog', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'de' })).newPage();
  await page.goto(`${server.url}/sign-in`);
  await page.locator('#sign-in-with-card').click();
  const dialog = page.locator('dialog.demo-cards');
  await dialog.locator('#demo-card-access-manager').check();
  await dialog.locator('#demo-pin').fill('9999');
  await dialog.locator('button').first().click();
  await expect(dialog.locator('#demo-card-fault')).not.toBeEmpty();
  await dialog.locator('button').last().click();
  await expect(page).toHaveURL(/\/sign-in\/failed\/?.*cancelled/);
  await look(page, 'de-cancelled');
});

test('numbers that are wrong, unknown, replaced, and people who have died', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'nl-BE' })).newPage();
  await officer(page);
  await page.goto(`${server.url}/desk`);
  await page.locator('#number').fill('85.07.30-033.29');
  await page.locator('#reason').selectOption('key_lost');
  await page.locator('main form button').first().click();
  await expect(page.locator('[role=alert]')).toContainText('cijfer');
  await expect(page.locator('#number')).toHaveValue('85.07.30-033.29');
  await expect(page.locator('#reason')).toHaveValue('key_lost');
  await expect(page).toHaveTitle(/^Fout:/);
  await look(page, 'nl-number-wrong');

  await page.locator('#number').fill('85073003328');
  await page.locator('main form button').first().click();
  await expect(page).toHaveURL(/\/person$/);
  await expect(page.locator('#go-on')).toHaveCount(0);
  await look(page, 'nl-number-unknown');

  await openDossier(page, server.url, 'Georges');
  await expect(page.locator('[role=alert]').first()).toBeVisible();
  await expect(page.locator('#go-on')).toHaveCount(0);
  await look(page, 'nl-deceased');

  await page.goto(`${server.url}/desk`);
  await look(page, 'nl-desk-with-dossiers');
});

test('a register that is down is asked again, and nothing is lost', async ({ browser }) => {
  const own = await start();
  try {
    const page = await (await browser.newContext({ locale: 'fr-BE' })).newPage();
    const faults = async (answer: string) => {
      const sent = await page.request.post(`${own.url}/demo/registers/faults`, {
        data: { national: { answer }, bis: { answer } }, headers: { origin: own.url },
      });
      expect(sent.ok()).toBe(true);
    };
    await signIn(page, own.url, 'officer-fr');
    await acceptTerms(page);
    await faults('unavailable');
    await openDossier(page, own.url, 'Karim');
    await look(page, 'fr-register-down');
    await expect(page.locator('#person')).toHaveCount(0);
    await faults('none');
    await page.locator('#ask-again').click();
    await expect(page.locator('#person')).toContainText('Benali');
  } finally {
    await own.stop();
  }
});

test('not identified: no code, by any way', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'nl-BE' })).newPage();
  await officer(page);
  await openDossier(page, server.url, 'Karim');
  const dossier = page.url().replace(/\/person$/, '');
  // Straight to a later step: the dossier says where it stands.
  await page.goto(`${dossier}/review`);
  await expect(page).toHaveURL(/moved=1|\/person$|\/procedure$/);
  await page.goto(`${dossier}/refuse`);
  await page.locator('input[name=reason][value=photo_differs]').check();
  await page.locator('#explanation').fill('kort');
  await page.locator('main form button').first().click();
  await expect(page.locator('[role=alert]')).toBeVisible();
  await expect(page.locator('#explanation')).toHaveValue('kort');
  await page.locator('#explanation').fill('De foto toont duidelijk een andere man.');
  await page.locator('main form button').first().click();
  await expect(page).toHaveURL(/\/standing$/);
  await look(page, 'nl-not-identified');
  await expect(page.locator('#again')).toHaveCount(0);
});

test('an old tab, the back button, a form sent twice, a code typed wrong', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'en' })).newPage();
  await officer(page);
  await openDossier(page, server.url, 'Sofia');
  // Her number was replaced: the dossier goes on under the new one, when the officer says so.
  await look(page, 'en-number-replaced');
  await page.locator('#follow').click();
  await expect(page.locator('#person')).toContainText('Popescu');
  const tab = await page.context().newPage();
  await tab.goto(page.url());
  await identify(page, 'belgian-card-without-certificates', {
    type: (p) => typeBelgianCard(p, { surname: 'Popescu', given: 'Sofia', birth: ['2', '4', '1990'], woman: true }),
    after: [['features', 'yes'], ['photo', 'yes'], ['document-status', 'no_hit']],
  });
  // The other tab still shows the first step; what it sends no longer fits and says so.
  await tab.locator('#go-on').click();
  await expect(tab).toHaveURL(/moved=1/);
  await look(tab, 'en-old-tab');

  await page.locator('main form button').first().click();
  await expect(page.locator('#errors, [role=alert]').first()).toBeVisible();
  await look(page, 'en-contact-errors');
  await enterContact(page, 'sofia@example.be', '0471 11 22 33', 'en');
  await page.locator('#code-email').fill('12345');
  await page.locator('form:has(#code-email) button').first().click();
  await expect(page.locator('[role=alert]')).toBeVisible();
  await look(page, 'en-confirm-wrong');
  await confirm(page, server.url, 'sofia@example.be');
  await confirm(page, server.url, '+32471112233');
  await page.locator('#send').click();
  await expect(page).toHaveURL(/\/standing$/);
  await page.goBack();
  await page.reload();
  await expect(page.locator('#send')).toHaveCount(0);

  const mail = await newestMessage(page, server.url, 'sofia@example.be', /\/a\//);
  const sms = await newestMessage(page, server.url, '+32471112233', activationCode);
  const code = activationCode.exec(sms.text)?.[0] ?? '';
  const phone = await (await browser.newContext({ locale: 'en', viewport: { width: 320, height: 640 } })).newPage();
  await phone.goto(mail.links[0] ?? '');
  const slip = code.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
  await phone.locator('#code').fill(slip);
  await phone.locator('main form button').click();
  await expect(phone.locator('[role=alert]')).toContainText('did not cost a try');
  await expect(phone.locator('#code')).toHaveValue(slip);
  await look(phone, 'en-code-slip');
  await phone.goto(`${server.url}/a/${'A'.repeat(43)}`);
  await look(phone, 'en-link-unknown');
  await expect(phone.locator('main form')).toHaveCount(0);
});

test('a form from another site changes nothing', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'en' })).newPage();
  await officer(page);
  const answer = await page.request.post(`${server.url}/desk`, {
    form: { wish: 'x', number: '1', reason: 'first_key' },
    headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  });
  expect(answer.status()).toBe(403);
  const stale = await page.request.post(`${server.url}/desk`, {
    form: { wish: 'x', number: '1', reason: 'first_key' }, headers: { origin: server.url },
  });
  expect(stale.status()).toBe(403);
});
