// The person's way from the link to the key, and what is done with keys afterwards: in four languages
// on a screen of 320 pixels without JavaScript, by keyboard alone, with several keys, and with the
// officer's screen turned round.
import { type Page, expect, test } from '@playwright/test';
import { bytesOf, identifyLotte, invite, oathtool, phoneOf } from '../support/activation.ts';
import { acceptTerms, signIn } from '../support/counter.ts';
import { look, watch } from '../support/look.ts';
import { addAuthenticator } from '../support/passkey.ts';
import { type Server, start } from '../support/server.ts';

let server: Server;
test.beforeAll(async () => { server = await start(); });
test.afterAll(async () => { await server.stop(); });

const LANGUAGES = ['nl', 'fr', 'de', 'en'];
const MOST = 20 * 1024;
const password = 'drie gele fietsen';

test('every page in four languages, small, without JavaScript', async ({ browser }) => {
  test.setTimeout(720_000);
  const { url } = server;
  const counter = await (await browser.newContext({ locale: 'nl-BE' })).newPage();
  await signIn(counter, url, 'officer-nl');
  await acceptTerms(counter);
  await identifyLotte(counter, url);
  const { link, code } = await invite(counter, url, 'lotte.klein@example.be', '+32470123451');

  // The person's browser runs no script, and so no axe either: beside it, a browser with scripts and the
  // same cookies looks at each page.
  const phone = await phoneOf(browser, false);
  const reader = await phoneOf(browser, true);
  const settled = [watch(phone, url), watch(reader, url)];
  const button = (page: Page) => page.locator('main form button').first();
  // A page that stands at an address of its own, in each language: axe, width, bytes.
  const every = async (name: string) => {
    await reader.context().addCookies(await phone.context().cookies());
    const here = new URL(phone.url()).pathname;
    for (const language of LANGUAGES) {
      await reader.goto(`${url}/language?to=${language}&back=${here}`);
      await expect(reader.locator('html')).toHaveAttribute('lang', language);
      await look(reader, `activation-${language}-${name}`);
      expect(await bytesOf(reader), `${name} in ${language}`).toBeLessThanOrEqual(MOST);
    }
    await reader.goto(`${url}/language?to=nl&back=${here}`);
  };
  // What does not fit is told, on the page without scripts and to axe beside it.
  const refused = async (field: string, typed: string, name: string) => {
    for (const page of [phone, reader]) {
      await page.locator(field).fill(typed);
      await button(page).click();
      await expect(page.locator('#errors')).toBeVisible();
    }
    await look(reader, `activation-nl-${name}`);
  };

  // Where the slip of paper leads, before there is a link in this browser.
  await phone.goto(`${url}/activate`);
  await expect(phone.locator('main ol li')).toHaveCount(3);
  await every('begin');
  await phone.goto(link);
  await every('code');
  await refused('#code', 'K7Q', 'code-slip');
  await phone.locator('#code').fill(code);
  await button(phone).click();
  await expect(phone).toHaveURL(/\/choose$/);
  await every('choose');
  // Where no script runs, the button of the passkey leads to what to do instead.
  await phone.locator('a[href="/activate/passkey"]').click();
  await every('passkey');
  await phone.locator('#make-passkey').click();
  await expect(phone).toHaveURL(/\/passkey\/without\??$/);
  await every('passkey-without');
  await phone.locator('main a.button').click();
  await expect(phone).toHaveURL(/\/activate\/password$/);
  await every('password');
  for (const [bad, name] of [['kort', 'short'], ['Wachtwoord123', 'common'], ['lottejanssens', 'personal']] as const) {
    await refused('#password', bad, `password-${name}`);
  }
  await phone.locator('#password').fill(password);
  await button(phone).click();
  await expect(phone).toHaveURL(/\/activate\/app$/);
  await every('app');
  const seed = await phone.locator('#seed').innerText();
  await refused('#code', '000000', 'app-code');
  await phone.locator('#code').fill(oathtool(seed));
  await button(phone).click();
  await expect(phone).toHaveURL(/\/activate\/done$/);
  await every('done');

  // Recovery codes are made at once, and seen once.
  await phone.locator('a[href="/my-keys/recovery-codes"]').click();
  await every('codes');
  await phone.locator('#make-codes').click();
  await expect(phone.locator('#codes li')).toHaveCount(10);
  const codes = await phone.locator('#codes li').allInnerTexts();
  expect(await phone.locator('#all').inputValue()).toContain(codes[9] ?? '');
  await phone.goto(`${url}/my-keys/recovery-codes`);
  await expect(phone.locator('#codes')).toHaveCount(0);
  await phone.goto(`${url}/my-keys`);
  await every('my-keys');
  await phone.locator('section.key a').click();
  await every('my-key');
  // A page that cannot be shown has the way out too: in a pause it may be the only one.
  await phone.goto(`${url}/my-keys/leave`);
  await every('my-keys-fault');
  await phone.locator('form[action="/my-keys/leave"] button').click();

  // In again with the app, once a code.
  await phone.goto(`${url}/my-keys`);
  await expect(phone).toHaveURL(/\/my-keys\/sign-in\?ended=1$/);
  await phone.goto(`${url}/my-keys/sign-in`);
  await every('sign-in');
  const typeIn = async (what: string) => {
    await phone.locator('#email').fill('lotte.klein@example.be');
    await phone.locator('#password').fill(password);
    await phone.locator('#code').fill(what);
    await phone.locator('form[action^="/my-keys"] button').click();
  };
  await typeIn(oathtool(seed, 30));
  await expect(phone).toHaveURL(/\/my-keys$/);
  await phone.locator('#leave').click();
  await phone.goto(`${url}/my-keys/sign-in`);
  await typeIn(oathtool(seed, 30));
  await expect(phone.locator('#errors')).toBeVisible();

  // The telephone with the app is lost: a recovery code in its place, once.
  await phone.locator('a[href="/my-keys/recover"]').click();
  await every('recover');
  await typeIn((codes[0] ?? '').toLowerCase());
  await expect(phone).toHaveURL(/\/my-keys$/);
  await expect(phone.locator('.notice')).toBeVisible();
  await phone.locator('#leave').click();
  await phone.goto(`${url}/my-keys/recover`);
  await typeIn(codes[0] ?? '');
  await expect(phone.locator('#errors')).toBeVisible();
  for (const check of settled) check();
});

test('by keyboard alone, several keys, and the keys of somebody who comes back', async ({ browser }) => {
  test.setTimeout(480_000);
  const { url } = server;
  const counter = await (await browser.newContext({ locale: 'nl-BE' })).newPage();
  await signIn(counter, url, 'officer-fr');
  await acceptTerms(counter);
  await identifyLotte(counter, url);
  const { link, code } = await invite(counter, url, 'lotte.toets@example.be', '+32470123452');

  // The officer turns the screen: the session is over before the page is there.
  await counter.locator('#turn-screen').click();
  await expect(counter).toHaveURL(/\/guide$/);
  await expect(counter.locator('html')).toHaveAttribute('lang', 'nl');
  await look(counter, 'guide-code');
  const said = await counter.locator('body').innerText();
  expect(said).not.toMatch(/Lotte|Janssens|lotte\.toets|0470/);
  const behind = await counter.context().newPage();
  await behind.goto(`${url}/desk`);
  await expect(behind).toHaveURL(/\/sign-in/);
  await behind.close();

  const phone = await (await browser.newContext({ locale: 'nl-BE', viewport: { width: 320, height: 640 } })).newPage();
  const settled = watch(phone, url);
  await addAuthenticator(phone);
  await phone.goto(link);
  const press = async (key: string, times = 1) => { for (let n = 0; n < times; n += 1) await phone.keyboard.press(key); };
  // To a thing by Tab, as somebody without a mouse comes to it.
  const reach = async (selector: string) => {
    for (let n = 0; n < 60; n += 1) {
      await press('Tab');
      if (await phone.evaluate((s) => document.activeElement?.matches(s) ?? false, selector)) return;
    }
    throw new Error(`${selector} cannot be reached by Tab`);
  };
  await reach('#code');
  await phone.keyboard.type(code.replace(/ /g, ''));
  await press('Enter');
  await expect(phone).toHaveURL(/\/choose$/);
  await expect(counter.locator('h1')).toHaveText('De code klopt', { timeout: 15_000 });
  await reach('a[href="/activate/passkey"]');
  await press('Enter');
  await expect(phone).toHaveURL(/\/passkey$/);
  await reach('#make-passkey');
  await press('Enter');
  await expect(phone).toHaveURL(/\/done$/);
  await expect(counter.locator('h1')).toHaveText('Uw sleutel is klaar', { timeout: 15_000 });
  await look(counter, 'guide-done');
  await reach('a[href="/my-keys"]');
  await press('Enter');
  await expect(phone).toHaveURL(/\/my-keys$/);

  // The same device makes no second passkey; an app is a further key.
  await reach('a[href="/my-keys/add"]');
  await press('Enter');
  await expect(phone).toHaveURL(/\/my-keys\/add$/);
  await reach('a[href="/my-keys/add/passkey"]');
  await press('Enter');
  await expect(phone).toHaveURL(/\/my-keys\/add\/passkey$/);
  await reach('#make-passkey');
  await press('Enter');
  await expect(phone.locator('[data-problem="exists"]')).toBeVisible();
  await look(phone, 'add-passkey-exists');
  await phone.goto(`${url}/my-keys/add/password`);
  await reach('#password');
  await phone.keyboard.type(password);
  await press('Enter');
  await expect(phone).toHaveURL(/\/my-keys\/add\/app$/);
  const seed = await phone.locator('#seed').innerText();
  await reach('#code');
  await phone.keyboard.type(oathtool(seed));
  await press('Enter');
  await expect(phone).toHaveURL(/\/my-keys$/);
  await expect(phone.locator('section.key')).toHaveCount(2);
  await look(phone, 'my-keys-two');

  // The passkey gets a name and is withdrawn: the session goes with it, and it opens nothing.
  await phone.locator('section.key', { has: phone.locator('.tag.ok') }).locator('a').click();
  await reach('#name');
  await phone.keyboard.type('telefoon');
  await press('Enter');
  await expect(phone.locator('section.key h2').first()).toContainText('telefoon');
  await phone.locator('section.key a').first().click();
  await look(phone, 'my-key-named');
  await reach('#withdraw');
  await press('Enter');
  await expect(phone).toHaveURL(/\/my-keys\/sign-in\?withdrawn=1$/);
  await phone.locator('#try-passkey').click();
  await expect(phone.locator('[data-problem="failed"]')).toBeVisible();

  // Back at the counter: what is left is withdrawn, once the person is identified.
  await signIn(counter, url, 'officer-fr');
  await identifyLotte(counter, url);
  await look(counter, 'counter-keys');
  await counter.locator('#withdraw-keys').click();
  await expect(counter).toHaveURL(/\/contact$/);
  await expect(counter.locator('#withdraw-keys')).toHaveCount(0);
  await phone.goto(`${url}/my-keys/sign-in`);
  await phone.locator('#email').fill('lotte.toets@example.be');
  await phone.locator('#password').fill(password);
  await phone.locator('#code').fill(oathtool(seed, 30));
  await phone.locator('form[action="/my-keys/sign-in"] button').click();
  await expect(phone.locator('#errors')).toBeVisible();
  settled();
});
