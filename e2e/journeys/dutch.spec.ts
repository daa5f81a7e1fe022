// The whole journey in Dutch, with a passkey, and what the auditor sees of it.
import { expect, test } from '@playwright/test';
import {
  acceptTerms, activationCode, confirm, enterContact, identify, openDossier, signIn, typeBelgianCard,
} from '../support/counter.ts';
import { look, watch } from '../support/look.ts';
import { newestMessage } from '../support/people.ts';
import { addAuthenticator } from '../support/passkey.ts';
import { type Server, start } from '../support/server.ts';

let server: Server;
test.beforeAll(async () => { server = await start(); });
test.afterAll(async () => { await server.stop(); });

test('a person walks away with a passkey, and the auditor sees how', async ({ browser }) => {
  const { url } = server;
  const page = await (await browser.newContext({ locale: 'nl-BE' })).newPage();
  const counterSettled = watch(page, url);
  const visit = (name: string) => look(page, `nl-${name}`);

  await page.goto(url);
  await expect(page.locator('html')).toHaveAttribute('lang', 'nl');
  await visit('start');
  await signIn(page, url, 'officer-nl', visit);
  await acceptTerms(page, visit);
  await openDossier(page, url, 'Lotte', visit);
  await expect(page.locator('#person')).toContainText('Janssens');
  // What the register tells beyond the agreement is nowhere on the page.
  await expect(page.locator('main')).not.toContainText(/nationali|burgerlijke|ongehuwd/i);
  await identify(page, 'belgian-card-without-certificates', {
    type: (p) => typeBelgianCard(p, { surname: 'Janssens', given: 'Lotte', birth: ['18', '5', '1993'], woman: true }),
    after: [['features', 'yes'], ['photo', 'yes'], ['document-status', 'no_hit']],
  }, visit);
  await enterContact(page, 'lotte@example.be', '0470 12 34 56', 'nl', visit);
  await confirm(page, url, 'lotte@example.be');
  await confirm(page, url, '+32470123456');
  await expect(page).toHaveURL(/\/review$/);
  await visit('review');
  await page.locator('#send').click();
  await expect(page).toHaveURL(/\/standing$/);
  await visit('standing');
  const reference = /\d{4}-\d{6}/.exec(await page.locator('main').innerText())?.[0] ?? '';

  const mail = await newestMessage(page, url, 'lotte@example.be', /\/a\//);
  const sms = await newestMessage(page, url, '+32470123456', activationCode);
  const code = activationCode.exec(sms.text)?.[0] ?? '';
  expect(mail.text).not.toContain(code);
  expect(sms.links).toEqual([]);

  const phone = await (await browser.newContext({ locale: 'nl-BE', viewport: { width: 360, height: 740 } })).newPage();
  const phoneSettled = watch(phone, url);
  const onPhone = (name: string) => look(phone, `nl-phone-${name}`);
  await addAuthenticator(phone);
  await phone.goto(mail.links[0] ?? '');
  // The page stands at the link itself; opening it again uses nothing up.
  await expect(phone.locator('#code')).toBeVisible();
  await phone.goto(mail.links[0] ?? '');
  await onPhone('code');
  await phone.locator('#code').fill(code);
  await phone.locator('main form button').click();
  await expect(phone).toHaveURL(/\/activate\/choose$/);
  await onPhone('choose');
  await phone.locator('a[href="/activate/passkey"]').click();
  await onPhone('passkey');
  await phone.locator('#make-passkey').click();
  await expect(phone).toHaveURL(/\/activate\/done$/);
  await onPhone('done');
  await phone.reload();
  await expect(phone.locator('h1')).toContainText('digitale sleutel');
  await phone.locator('a[href="/key-check"]').click();
  await onPhone('key-check');
  await phone.locator('#try-passkey').click();
  await expect(phone).toHaveURL(/\/key-check\/result$/);
  await onPhone('key-check-result');
  // The link has done its work.
  await phone.goto(mail.links[0] ?? '');
  await onPhone('link-used');
  await expect(phone.locator('main form')).toHaveCount(0);

  await page.reload();
  await visit('standing-activated');
  await page.locator('header form button').click();
  await expect(page).toHaveURL(`${url}/`);
  // The back button shows no person any more.
  await page.goBack();
  await expect(page.locator('main')).not.toContainText('Janssens');

  await signIn(page, url, 'auditor');
  await acceptTerms(page);
  await expect(page).toHaveURL(/\/audit$/);
  await visit('audit');
  await page.locator('#by-registration').check();
  await page.locator('#number').fill(reference);
  await page.locator('#purpose').fill('Steekproef van november');
  await page.locator('#find').click();
  const timeline = page.locator('#timeline');
  await visit('reconstruction');
  const told = await timeline.locator('> li').allInnerTexts();
  const steps = [
    /An Peeters.*[\s\S]*Meldde zich aan met de eID/, /Opende het dossier/, /Vroeg de persoon op in het register/,
    /Het register antwoordde/, /Zag persoonsgegevens/, /Koos de identificatieprocedure/, /Legde het document vast/,
    /Besliste: dit is de persoon/, /toestemming/, /bevestigingscode/, /Bevestigde een adres/, /Liet link en code versturen/,
    /Typte de juiste activatiecode/, /Maakte een digitale sleutel/, /Gebruikte de digitale sleutel/,
  ];
  let from = 0;
  for (const step of steps) {
    const at = told.findIndex((line, index) => index >= from && step.test(line));
    expect(at, `${step} after event ${from} of:\n${told.join('\n')}`).toBeGreaterThanOrEqual(0);
    from = at;
  }
  expect(told.filter((line) => /Een bericht werd (verstuurd|bezorgd)/.test(line)).length).toBeGreaterThanOrEqual(4);
  counterSettled();
  phoneSettled();
});
