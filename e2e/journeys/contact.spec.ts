// Consent, addresses and invitations as people meet them: without JavaScript, on a narrow screen, in
// four languages; and mail scanners that open every link.
import { type Browser, type Page, expect, test } from '@playwright/test';
import { acceptTerms, activationCode, confirm, enterContact, identify, openDossier, signIn, typeBelgianCard } from '../support/counter.ts';
import { look, watch } from '../support/look.ts';
import { newestMessage } from '../support/people.ts';
import { type Server, start } from '../support/server.ts';

let server: Server;
test.beforeAll(async () => { server = await start(); });
test.afterAll(async () => { await server.stop(); });

interface Card { surname: string; given: string; birth: [string, string, string]; woman: boolean }
const people: Record<'Lotte' | 'Karim' | 'Ludo', Card> = {
  Lotte: { surname: 'Janssens', given: 'Lotte', birth: ['18', '5', '1993'], woman: true },
  Karim: { surname: 'Benali', given: 'Karim', birth: ['29', '2', '1988'], woman: false },
  Ludo: { surname: 'Smets', given: 'Ludo', birth: ['3', '2', '1977'], woman: false },
};

// An officer with a person whose identity is established, at the page of contact data.
async function atContact(page: Page, url: string, who: keyof typeof people = 'Lotte'): Promise<string> {
  await openDossier(page, url, who);
  await identify(page, 'belgian-card-without-certificates', {
    type: (p) => typeBelgianCard(p, people[who]),
    after: [['features', 'yes'], ['photo', 'yes'], ['document-status', 'no_hit']],
  });
  return /registrations\/([^/]+)\//.exec(page.url())?.[1] ?? '';
}

async function officer(browser: Browser, url: string): Promise<Page> {
  const page = await (await browser.newContext({ locale: 'nl-BE' })).newPage();
  await signIn(page, url, 'officer-nl');
  await page.waitForURL(/\/(terms|desk)$/);
  if (page.url().endsWith('/terms')) await acceptTerms(page);
  return page;
}

// The person's browser: an old telephone without JavaScript.
async function phone(browser: Browser, locale = 'nl-BE'): Promise<Page> {
  const context = await browser.newContext({ locale, javaScriptEnabled: false, viewport: { width: 320, height: 640 } });
  return context.newPage();
}

// axe needs scripts: the page that the person sees is opened once more, with the same cookies.
async function lookAt(person: Page, name: string): Promise<void> {
  const browser = person.context().browser();
  if (!browser) throw new Error('the person has a browser');
  const context = await browser.newContext({
    locale: 'nl-BE', storageState: await person.context().storageState(), viewport: { width: 320, height: 640 },
  });
  const page = await context.newPage();
  await page.goto(person.url());
  expect(await page.locator('h1').innerText()).toBe(await person.locator('h1').innerText());
  await look(page, name);
  await context.close();
}

async function addressConfirmed(page: Page, url: string, email: string, mobile = '470123456'): Promise<void> {
  await enterContact(page, email, `0${mobile}`, 'nl');
  await confirm(page, url, email);
  await expect(page.locator('main .tag.ok')).toHaveCount(1);
  await confirm(page, url, `+32${mobile}`);
  await expect(page).toHaveURL(/\/review$/);
}

async function invited(page: Page, url: string, email: string): Promise<void> {
  await addressConfirmed(page, url, email);
  await page.locator('#send').click();
  await expect(page).toHaveURL(/\/standing$/);
}

// What mail scanners and previews do with a link, without a browser.
async function scanned(link: string, status: 200 | 303 = 303): Promise<void> {
  const token = link.split('/').pop();
  for (const method of ['GET', 'HEAD', 'GET']) {
    const answer = await fetch(link, { method, redirect: 'manual', headers: { 'user-agent': 'LinkScanner/1.0', purpose: 'prefetch' } });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    // Nothing leads on with the token.
    expect(answer.headers.get('location') ?? '').not.toContain(token);
    expect(await answer.text()).not.toContain(token);
  }
}

test('a slip of the finger gets a hint, and what was typed stays', async ({ browser }) => {
  test.setTimeout(480_000);
  const { url } = server;
  const page = await officer(browser, url);
  const settled = watch(page, url);
  await atContact(page, url);
  // The text is read out in the language that is chosen, and only that one is shown.
  await expect(page.locator('#consent-text blockquote:visible')).toHaveCount(1);
  await page.locator('input[name=language][value=fr]').check();
  await expect(page.locator('#consent-text blockquote:visible')).toHaveAttribute('lang', 'fr');
  await page.locator('#consent').check();
  await page.locator('#email').fill('lotte@gmial.com');
  await page.locator('#mobile').fill('0455 12 34 56');
  await page.locator('main form button').first().click();
  await expect(page.locator('#doubts')).toContainText('lotte@gmail.com');
  await expect(page.locator('#doubts li')).toHaveCount(2);
  await expect(page.locator('#email')).toHaveValue('lotte@gmial.com');
  await look(page, 'contact-hint');
  // Sent again without a tick it asks again; another slip is asked about anew.
  await page.locator('main form button').first().click();
  await expect(page.locator('#doubts li')).toHaveCount(2);
  await page.locator('#sure').check();
  await page.locator('#email').fill('lotte@mailinator.com');
  await page.locator('main form button').first().click();
  await expect(page.locator('#doubts li')).toHaveCount(2);
  await expect(page.locator('#sure')).not.toBeChecked();
  await page.locator('#sure').check();
  await page.locator('main form button').first().click();
  await expect(page).toHaveURL(/\/confirm$/);
  await expect(page.locator('main')).toContainText('lotte@mailinator.com');
  settled();
});

test('an address is confirmed at home by a link, without JavaScript', async ({ browser }) => {
  test.setTimeout(480_000);
  const { url } = server;
  const page = await officer(browser, url);
  await atContact(page, url);
  await enterContact(page, 'bij-link@example.be', null, 'nl');
  await page.locator('#send-link').click();
  await expect(page.locator('#live')).toBeVisible();
  await look(page, 'contact-link-sent');
  const mail = await newestMessage(page, url, 'bij-link@example.be', /\/c\//);
  const link = mail.links[0] ?? '';
  expect(mail.text).not.toMatch(/\b\d{6}\b/);
  await scanned(link);
  const person = await phone(browser);
  for (const language of ['nl', 'fr', 'de', 'en']) {
    await person.goto(`${url}/language?to=${language}&back=/`);
    await person.goto(link);
    await expect(person).toHaveURL(`${url}/confirm-address`);
    await expect(person.locator('html')).toHaveAttribute('lang', language);
    await lookAt(person, `${language}-address-confirm`);
  }
  await person.locator('#confirm-address').click();
  await expect(person.locator('#confirm-address')).toHaveCount(0);
  await lookAt(person, 'address-confirmed');
  // The officer's page goes on by itself.
  await expect(page).toHaveURL(/\/review$/);
  await person.goto(link);
  await expect(person.locator('#confirm-address')).toHaveCount(0);
});

test('one address of many persons needs a reason', async ({ browser }) => {
  test.setTimeout(600_000);
  const { url } = server;
  const page = await officer(browser, url);
  for (const who of ['Lotte', 'Karim'] as const) {
    await atContact(page, url, who);
    await enterContact(page, 'gedeeld@example.be', null, 'nl');
    await confirm(page, url, 'gedeeld@example.be');
    await expect(page).toHaveURL(/\/review$/);
  }
  await atContact(page, url, 'Ludo');
  await page.locator('#consent').check();
  await page.locator('#email').fill('Gedeeld@Example.be');
  await page.locator('#no-mobile').check();
  await page.locator('main form button').first().click();
  await expect(page.locator('#errors a[href="#shared"]')).toBeVisible();
  await expect(page.locator('#email')).toHaveValue('Gedeeld@Example.be');
  // Who the others are is not told.
  await expect(page.locator('main')).not.toContainText(/Janssens|Benali/);
  await look(page, 'contact-shared');
  await page.setViewportSize({ width: 320, height: 640 });
  await look(page, 'contact-shared-narrow');
  await page.locator('input[name=shared][value=helper]').check();
  await page.locator('main form button').first().click();
  await expect(page).toHaveURL(/\/confirm$/);
});

test('nothing received: a new code, a corrected address, a locked invitation', async ({ browser }) => {
  test.setTimeout(600_000);
  const { url } = server;
  const page = await officer(browser, url);
  await atContact(page, url);
  await invited(page, url, 'opnieuw@example.be');
  const first = await newestMessage(page, url, 'opnieuw@example.be', /\/a\//);
  await scanned(first.links[0] ?? '', 200);
  await page.locator('#again').click();
  await expect(page).toHaveURL(/\/again$/);
  await look(page, 'again');
  await page.locator('#do').click();
  await expect(page.locator('#errors')).toBeVisible();
  await page.locator('input[name=what][value=code]').check();
  await page.locator('#do').click();
  await expect(page).toHaveURL(/\/standing$/);

  // Correcting the address needs the person at the counter, and confirms anew.
  await page.locator('#again').click();
  await page.locator('input[name=what][value=address]').check();
  await page.locator('#do').click();
  await expect(page.locator('#here-error')).toBeVisible();
  await look(page, 'again-error');
  await page.locator('#here').check();
  await page.locator('#do').click();
  await expect(page).toHaveURL(/\/contact$/);
  await expect(page.locator('#email')).toHaveValue('opnieuw@example.be');
  await page.locator('#email').fill('juist@example.be');
  await page.locator('main form button').first().click();
  await expect(page).toHaveURL(/\/confirm$/);
  await confirm(page, url, 'juist@example.be');
  await expect(page).toHaveURL(/\/review$/);
  await page.locator('#send').click();
  await expect(page).toHaveURL(/\/standing$/);
  const person = await phone(browser);
  await person.goto(first.links[0] ?? '');
  await expect(person.locator('main form')).toHaveCount(0);
  await lookAt(person, 'link-cancelled');

  // Five wrong codes lock it; only with the person here it is replaced.
  const second = await newestMessage(page, url, 'juist@example.be', /\/a\//);
  await person.goto(second.links[0] ?? '');
  for (const wrong of ['222222222', '333333337', '44444444C', '55555555H', '66666666P']) {
    await person.locator('#code').fill(wrong);
    await person.locator('main form button').click();
  }
  await expect(person.locator('#code')).toHaveCount(0);
  await lookAt(person, 'link-locked');
  await page.reload();
  await expect(page.locator('.notice.bad')).toBeVisible();
  await look(page, 'standing-locked');
  await page.locator('#again').click();
  await expect(page.locator('input[name=what][value=code]')).toHaveCount(0);
  await page.locator('input[name=what][value=both]').check();
  await page.locator('#do').click();
  await expect(page.locator('#here-error')).toBeVisible();
  await page.locator('#here').check();
  await page.locator('#do').click();
  await expect(page).toHaveURL(/\/standing$/);
  await expect(page.locator('.notice.bad')).toHaveCount(0);

  // And it can be cancelled.
  await page.locator('#again').click();
  await page.locator('input[name=what][value=cancel]').check();
  await page.locator('#do').click();
  await expect(page).toHaveURL(/\/stop$/);
});

test('consent is shown, withdrawn at home by a link, and at the counter', async ({ browser }) => {
  test.setTimeout(600_000);
  const { url } = server;
  const page = await officer(browser, url);
  const id = await atContact(page, url);
  await invited(page, url, 'weg@example.be');
  await page.locator('#to-consent').click();
  await expect(page.locator('#consent-text')).toHaveAttribute('lang', 'nl');
  await expect(page.locator('#consent')).toContainText('2026-12');
  await look(page, 'consent');
  await page.setViewportSize({ width: 320, height: 640 });
  await look(page, 'consent-narrow');
  await page.setViewportSize({ width: 1200, height: 900 });
  // On paper there is the proof, and no button.
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('#withdraw-consent')).toBeHidden();
  await expect(page.locator('#consent')).toBeVisible();
  await page.emulateMedia({ media: null });

  const person = await phone(browser);
  for (const language of ['nl', 'fr', 'de', 'en']) {
    await person.goto(`${url}/language?to=${language}&back=/privacy`);
    await person.locator('a[href="/consent"]').click();
    await lookAt(person, `${language}-consent-ask`);
  }
  await person.goto(`${url}/language?to=nl&back=/consent`);
  await person.locator('#email').fill('geen adres');
  await person.locator('main form button').click();
  await expect(person.locator('#errors')).toBeVisible();
  const withScripts = await (await browser.newContext({ viewport: { width: 320, height: 640 } })).newPage();
  await withScripts.goto(`${url}/consent`);
  await withScripts.locator('#email').fill('geen adres');
  await withScripts.locator('main form button').click();
  await look(withScripts, 'consent-ask-error');
  const answers: string[] = [];
  for (const email of ['onbekend@example.be', 'Weg@Example.be']) {
    await person.goto(`${url}/consent`);
    await person.locator('#email').fill(email);
    await person.locator('main form button').click();
    await expect(person.locator('[role=status]')).toBeVisible();
    answers.push(await person.locator('main').innerText());
  }
  // Whether an address is known is not told.
  expect(answers[0]).toBe(answers[1]);
  const mail = await newestMessage(page, url, 'weg@example.be', /\/w\//);
  const link = mail.links[0] ?? '';
  await scanned(link);
  for (const language of ['fr', 'de', 'en', 'nl']) {
    await person.goto(`${url}/language?to=${language}&back=/`);
    await person.goto(link);
    await expect(person).toHaveURL(`${url}/consent/withdraw`);
    await lookAt(person, `${language}-consent-withdraw`);
  }
  await expect(person.locator('main')).not.toContainText('Janssens');
  await person.locator('main form button').first().click();
  await expect(person.locator('#withdrawn')).toBeVisible();
  await lookAt(person, 'consent-withdrawn');
  await newestMessage(page, url, 'weg@example.be', /ingetrokken/);

  await page.goto(`${url}/registrations/${id}/standing`);
  await expect(page.locator('.notice')).toContainText('toestemming');
  await look(page, 'standing-withdrawn');
  const activation = await newestMessage(page, url, 'weg@example.be', /\/a\//);
  await person.goto(activation.links[0] ?? '');
  await expect(person.locator('main form')).toHaveCount(0);

  // At the counter it is one button, in a dossier where nothing was sent yet too.
  const other = await atContact(page, url);
  // A number of its own: the third person under one number takes a reason.
  await addressConfirmed(page, url, 'ook-weg@example.be', '471223344');
  await page.goto(`${url}/registrations/${other}/consent`);
  await page.locator('#withdraw-consent').click();
  await expect(page.locator('#withdraw-consent')).toHaveCount(0);
  await page.goto(`${url}/registrations/${other}/contact`);
  await expect(page.locator('#email')).toHaveValue('');
  await expect(page.locator('#consent')).not.toBeChecked();
});

test('activation links that are no links say what to do', async ({ browser }) => {
  const { url } = server;
  const person = await phone(browser);
  for (const path of ['/c/nothing', '/w/nothing', '/confirm-address', '/consent/withdraw']) {
    const answer = await person.goto(`${url}${path}`);
    expect(answer?.status(), path).toBe(410);
    await lookAt(person, 'address-link-invalid');
  }
  expect(activationCode.test('K7Q M2X TF9')).toBe(true);
});
