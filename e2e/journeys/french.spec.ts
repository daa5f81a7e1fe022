// The whole journey in French: foreign passport by its zone, code on a printed slip, password with an
// authenticator app, and no JavaScript on the person's side.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { acceptTerms, activationCode, confirm, enterContact, identify, openDossier, signIn } from '../support/counter.ts';
import { look, watch } from '../support/look.ts';
import { newestMessage } from '../support/people.ts';
import { type Server, start } from '../support/server.ts';
import { totp } from '../support/totp.ts';
import { passportZone } from '../support/zone.ts';

let server: Server;
test.beforeAll(async () => { server = await start(); });
test.afterAll(async () => { await server.stop(); });

test('une personne repart avec une clé, le code sur papier', async ({ browser }) => {
  const { url } = server;
  const page = await (await browser.newContext({ locale: 'fr-BE', colorScheme: 'dark' })).newPage();
  const settled = watch(page, url);
  const visit = (name: string) => look(page, `fr-${name}`);
  await page.goto(url);
  await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
  await visit('start');
  await signIn(page, url, 'officer-fr', visit);
  await acceptTerms(page, visit);
  await openDossier(page, url, 'Maria', visit);
  await identify(page, 'foreign-document', {
    async type(p) {
      await p.locator('#kind').selectOption('foreign_passport');
      await p.locator('#zone').fill(passportZone({
        state: 'POL', surname: 'LUKASIEWICZ', given: 'MARIA ANNA', number: 'ZS1234567', birth: '930518', sex: 'F', until: '310302',
      }));
    },
    after: [['features', 'yes'], ['photo', 'yes']],
  }, visit);
  await enterContact(page, 'maria@example.pl', null, 'fr', visit);
  await confirm(page, url, 'maria@example.pl');
  await expect(page).toHaveURL(/\/review$/);
  await visit('review');
  await page.locator('#send').click();
  await expect(page).toHaveURL(/\/standing$/);
  await visit('standing');

  // The slip, as the officer prints it: asked for by the very form of the page.
  const form = page.locator('form', { has: page.locator('#print-slip') });
  const answer = await page.request.post(`${url}${await form.getAttribute('action')}`, {
    form: { wish: (await form.locator('input[name=wish]').getAttribute('value')) ?? '' },
    headers: { origin: url },
  });
  expect(answer.headers()['content-type']).toBe('application/pdf');
  const slip = join(mkdtempSync(join(tmpdir(), 'loket-slip-')), 'slip.pdf');
  writeFileSync(slip, await answer.body());
  const text = execFileSync('pdftotext', ['-layout', slip, '-'], { encoding: 'utf8' });
  const code = activationCode.exec(text)?.[0] ?? '';
  expect(code, text).not.toBe('');
  expect(text).not.toMatch(/UKASIEWICZ|Maria|930518/i);
  const mail = await newestMessage(page, url, 'maria@example.pl', /\/a\//);
  expect(mail.text).not.toContain(code);

  const context = await browser.newContext({
    locale: 'fr-BE', viewport: { width: 320, height: 640 }, colorScheme: 'dark', javaScriptEnabled: false,
  });
  const phone = await context.newPage();
  const phoneSettled = watch(phone, url);
  await phone.goto(mail.links[0] ?? '');
  await phone.locator('#code').fill(code.toLowerCase());
  await phone.locator('main form button').click();
  await phone.locator('a[href="/activate/password"]').click();
  await phone.locator('#password').fill('trois vélos jaunes');
  await phone.locator('main form button').click();
  const seed = await phone.locator('#seed').innerText();
  await phone.locator('#code').fill('000000');
  await phone.locator('main form button').click();
  await expect(phone.locator('[role=alert]')).toBeVisible();
  expect(await phone.locator('#seed').innerText()).toBe(seed);
  await phone.locator('#code').fill(totp(seed, Date.now()));
  await phone.locator('main form button').click();
  await expect(phone).toHaveURL(/\/activate\/done$/);
  await expect(phone.locator('h1')).toContainText('clé numérique');

  // The code that made the key does not work again: the next one does.
  await phone.locator('a[href="/key-check"]').click();
  await phone.locator('#email').fill('maria@example.pl');
  await phone.locator('#password').fill('trois vélos jaunes');
  await phone.locator('#code').fill(totp(seed, Date.now() + 30_000));
  await phone.locator('main form button').last().click();
  await expect(phone).toHaveURL(/\/key-check\/result$/);
  await expect(phone.locator('h1')).toContainText('fonctionne');
  settled();
  phoneSettled();
});
