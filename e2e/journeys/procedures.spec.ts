// Each procedure to success, with every check failing once on the way: a failed check stops, can be
// answered anew, and leads to the letter when it stays.
import { type Page, expect, test } from '@playwright/test';
import { acceptTerms, answer, choose, openDossier, signIn } from '../support/counter.ts';
import { look } from '../support/look.ts';
import { type Server, start } from '../support/server.ts';
import { numberOf } from '../support/people.ts';
import { checkDigit, passportZone } from '../support/zone.ts';

let server: Server;
test.beforeAll(async () => { server = await start(); });
test.afterAll(async () => { await server.stop(); });

async function officer(page: Page, card = 'officer-nl'): Promise<void> {
  await signIn(page, server.url, card);
  if (page.url().endsWith('/terms')) await acceptTerms(page);
}

async function begin(page: Page, persona: string, procedure: string): Promise<void> {
  await openDossier(page, server.url, persona);
  await page.locator('#go-on').click();
  await page.locator(`input[name=procedure][value="${procedure}"]`).check();
  await page.locator('#go-on').click();
}

// Answers one check wrongly, sees that it stops, and answers it anew.
async function wrongThenRight(page: Page, check: string, wrong: string, right: string): Promise<void> {
  const question = page.locator(`input[name=check][value="${check}"]`);
  await expect(question).toHaveCount(1);
  await choose(page, wrong);
  await page.locator('#record').click();
  await expect(page.locator('[role=alert] #refuse')).toBeVisible();
  await expect(page.locator('#decision')).toHaveCount(0);
  await page.locator(`#tasks a[href$="check=${check}"]`).click();
  await choose(page, right);
  await page.locator('#record').click();
}

// Sees that the identification has ended for good: nothing is answered anew, and it is not stopped quietly.
async function stopsForGood(page: Page): Promise<void> {
  await expect(page.locator('[role=alert] #refuse')).toBeVisible();
  await expect(page.locator('#tasks a')).toHaveCount(0);
  await expect(page.locator('#stop')).toHaveCount(0);
  await look(page, 'stopped-for-good');
}

interface Paper { kind?: string; number: string; issuer?: string; surname: string; given: string; birth: [string, string, string]; woman: boolean; until: string }

async function type(page: Page, paper: Paper): Promise<void> {
  if (paper.kind) await page.locator('#kind').selectOption(paper.kind);
  await page.locator('#number').fill(paper.number);
  if (paper.issuer && (await page.locator('#issuer').count()) > 0) await page.locator('#issuer').fill(paper.issuer);
  await page.locator('#surname').fill(paper.surname);
  await page.locator('#given_names').fill(paper.given);
  await page.locator('#birth_date').fill(paper.birth[0]);
  await page.locator('#birth_month').fill(paper.birth[1]);
  await page.locator('#birth_year').fill(paper.birth[2]);
  await page.locator(paper.woman ? '#sex' : '#sex-male').check();
  await page.locator('#valid_until').fill('2');
  await page.locator('#until_month').fill('3');
  await page.locator('#until_year').fill(paper.until);
  await page.locator('#record').click();
}

// An expired document, another birth date, another name: each stops or must be explained.
async function documentThenComparison(page: Page, paper: Paper): Promise<void> {
  await page.locator('a#go-on').click();
  await type(page, { ...paper, until: '2020' });
  await expect(page.locator('#errors')).toBeVisible();
  await type(page, { ...paper, birth: ['1', '1', '1950'] });
  await expect(page).toHaveURL(/\/comparison$/);
  await expect(page.locator('#go-on')).toHaveCount(0);
  await page.locator('#again').click();
  await type(page, { ...paper, given: 'Albertine' });
  await expect(page).toHaveURL(/\/comparison$/);
  // Words alone are not enough for another name.
  await page.locator('#explanation-given-names').fill('Ik ken deze mevrouw al heel lang.');
  await page.locator('form:has(#explanation-given-names) button').click();
  await expect(page.locator('#errors')).toBeVisible();
  await expect(page.locator('#go-on')).toHaveCount(0);
  await page.locator('input[name=reason][value=act_seen]').check();
  await page.locator('form:has(#explanation-given-names) button').click();
  await expect(page.locator('#go-on')).toBeVisible();
  await page.locator('#again').click();
  await type(page, paper);
  await expect(page).toHaveURL(/\/comparison$/);
  await page.locator('#go-on').click();
}

async function decide(page: Page): Promise<void> {
  await page.locator('#decision').click();
  await expect(page).toHaveURL(/\/contact$/);
}

const lotte: Paper = { kind: 'belgian_identity_card', number: '591191706458', issuer: 'BEL', surname: 'Janssens', given: 'Lotte', birth: ['18', '5', '1993'], woman: true, until: '2031' };
const karim: Paper = { number: 'A1234567', issuer: 'BEL', surname: 'Benali', given: 'Karim', birth: ['29', '2', '1988'], woman: false, until: '2031' };

test('a Belgian card without certificates', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'nl-BE' })).newPage();
  await officer(page);
  await begin(page, 'Lotte', 'belgian-card-without-certificates');
  await wrongThenRight(page, 'presence', 'no', 'yes');
  await wrongThenRight(page, 'in-hand', 'no', 'yes');
  await documentThenComparison(page, lotte);
  await wrongThenRight(page, 'features', 'no', 'yes');
  await wrongThenRight(page, 'photo', 'no', 'yes');
  await answer(page, 'document-status', 'no_hit');
  await decide(page);
});

test('a hit of the service stops for good', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'nl-BE' })).newPage();
  await officer(page);
  await begin(page, 'Lotte', 'belgian-card-without-certificates');
  for (const check of ['presence', 'in-hand']) await answer(page, check, 'yes');
  await documentThenComparison(page, lotte);
  for (const check of ['features', 'photo']) await answer(page, check, 'yes');
  await answer(page, 'document-status', 'hit');
  await stopsForGood(page);
});

test('a foreign document, by a zone with a slip in it', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'en' })).newPage();
  await officer(page);
  await begin(page, 'Maria', 'foreign-document');
  await wrongThenRight(page, 'presence', 'no', 'yes');
  await wrongThenRight(page, 'in-hand', 'no', 'yes');
  await page.locator('a#go-on').click();
  const zone = passportZone({ state: 'POL', surname: 'LUKASIEWICZ', given: 'MARIA ANNA', number: 'ZS1234567', birth: '930518', sex: 'F', until: '310302' });
  await page.locator('#kind').selectOption('foreign_passport');
  await page.locator('#zone').fill(zone.replace('930518', '9305I8'));
  await page.locator('#record').click();
  await expect(page.locator('#zone-marked mark').first()).toBeVisible();
  await expect(page.locator('#zone-marked')).toContainText('perhaps it is 1');
  await look(page, 'en-zone-marked');
  await page.locator('#zone').fill(zone.replace('ZS1234567', 'ZS1234576'));
  await page.locator('#record').click();
  await expect(page.locator('#errors')).toContainText('check digit');
  // Sent again unchanged it stands like that on the document: the comparison stops it.
  await page.locator('#record').click();
  await expect(page).toHaveURL(/\/comparison$/);
  await expect(page.locator('#go-on')).toHaveCount(0);
  await page.locator('#again').click();
  await page.locator('#kind').selectOption('foreign_passport');
  await page.locator('#zone').fill(zone);
  await page.locator('#record').click();
  await page.locator('#go-on').click();
  await wrongThenRight(page, 'features', 'no', 'yes');
  await wrongThenRight(page, 'photo', 'no', 'yes');
  await decide(page);
});

test('a residence document on paper, which always takes a second officer', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'fr-BE' })).newPage();
  const other = await (await browser.newContext({ locale: 'fr-BE' })).newPage();
  await officer(page);
  await officer(other, 'second-officer-nl');
  await begin(page, 'Karim', 'paper-residence-document');
  // Why an exception is made is not left out.
  await page.locator('input[name=answer][value=yes]').check();
  await page.locator('#record').click();
  await expect(page.locator('#explanation-error')).toBeVisible();
  await look(page, 'fr-exception');
  // Whoever has a card or a passport after all is led to its procedure.
  await answer(page, 'exception', 'no');
  await expect(page.locator('[role=alert] #other-document')).toBeVisible();
  await look(page, 'fr-other-document');
  await page.locator('#tasks a[href$="check=exception"]').click();
  await answer(page, 'exception', 'yes');
  await wrongThenRight(page, 'presence', 'no', 'yes');
  await wrongThenRight(page, 'in-hand', 'no', 'yes');
  await documentThenComparison(page, karim);
  await wrongThenRight(page, 'features', 'no', 'yes');
  await wrongThenRight(page, 'photo', 'no', 'yes');
  // Nothing differs, and still nobody decides alone.
  await expect(page.locator('#call-second')).toBeVisible();
  await expect(page.locator('#decision')).toHaveCount(0);
  await page.locator('#call-second').click();
  await other.goto(`${server.url}/second-checks`);
  await other.locator('#queue form button').click();
  await expect(other.locator('#comparison')).toContainText('Benali');
  await look(other, 'fr-second-of-paper');
  await other.locator('input[name=answer][value=yes]').check();
  await other.locator('#record').click();
  await expect(page.locator('#decision')).toBeVisible();
  await decide(page);
});

// The zone of a Belgian identity card, with a national number in its optional data.
function cardZone(number: string, surname: string, given: string, birth: string): string {
  const first = `591191706${checkDigit('591191706')}${number}<<<<`;
  const [born, until] = [birth + checkDigit(birth), `310302${checkDigit('310302')}`];
  const all = checkDigit(`${first}${born}${until}${'<'.repeat(11)}`);
  return `IDBEL${first}\n${born}F${until}BEL${'<'.repeat(11)}${all}\n${`${surname}<<${given}`.padEnd(30, '<')}`;
}

// Up to the page of the document, by the card procedure.
async function upToTheDocument(page: Page): Promise<string> {
  await begin(page, 'Lotte', 'belgian-card-without-certificates');
  const dossier = page.url().replace('/checks', '');
  for (const check of ['presence', 'in-hand']) await answer(page, check, 'yes');
  await page.locator('a#go-on').click();
  await page.locator('#kind').selectOption('belgian_identity_card');
  return dossier;
}

test('zone and print that differ are asked about, and another number in the zone stops', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'en' })).newPage();
  await officer(page);
  await upToTheDocument(page);
  await page.locator('#zone').fill(cardZone('81050103522', 'JANSSENS', 'LOTTE', '930518'));
  await page.locator('#surname').fill('Claes');
  await page.locator('#record').click();
  await expect(page.locator('#both-filled')).toContainText('zone: JANSSENS · print: Claes');
  await look(page, 'en-zone-and-print');
  await page.locator('input[name=taken][value=zone]').check();
  await page.locator('#record').click();
  await expect(page).toHaveURL(/\/comparison$/);
  await expect(page.locator('#go-on')).toHaveCount(0);
  await expect(page.locator('#comparison')).toContainText('81.05.01-035.22');
  await look(page, 'en-other-number');
});

test('another name is confirmed by a colleague, and a form opened as a page helps', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'en' })).newPage();
  const other = await (await browser.newContext({ locale: 'en' })).newPage();
  await officer(page);
  await officer(other, 'second-officer-nl');
  const number = (await numberOf(page, server.url, 'Lotte')).replace(/\D/g, '');
  const dossier = await upToTheDocument(page);
  await page.locator('#zone').fill(cardZone(number, 'JANSSENS', 'ELISABETH', '930518'));
  await page.locator('#record').click();
  await page.locator('input[name=reason][value=act_seen]').check();
  await page.locator('#explanation-given-names').fill('Decree of 3 March 2026, seen in original.');
  await look(page, 'en-other-name');
  await page.locator('form:has(#explanation-given-names) button').click();
  await page.locator('#go-on').click();
  for (const check of ['features', 'photo']) await answer(page, check, 'yes');
  await answer(page, 'document-status', 'no_hit');
  await expect(page.locator('#decision')).toHaveCount(0);
  await page.locator('#call-second').click();
  // An address that only takes a form, opened as a page.
  const opened = await page.goto(`${dossier}/call-second-officer`);
  expect(opened?.status()).toBe(405);
  await look(page, 'en-other-method');
  await page.locator('main .button').click();
  await expect(page).toHaveURL(/\/checks$/);
  await other.goto(`${server.url}/second-checks`);
  await other.locator('#queue form button').click();
  await expect(other.locator('#comparison')).toContainText('Decree of 3 March 2026');
  await look(other, 'en-second-of-name');
  await other.locator('input[name=answer][value=yes]').check();
  await other.locator('#record').click();
  await expect(page.locator('#decision')).toBeVisible();
  await decide(page);
});

test('who gets no key is told at once and goes no further', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'nl-BE', viewport: { width: 320, height: 720 } })).newPage();
  await officer(page);
  for (const persona of ['Georges', 'Rita', 'Noah']) {
    await openDossier(page, server.url, persona);
    await expect(page.locator('.notice.bad')).toBeVisible();
    await expect(page.locator('#go-on')).toHaveCount(0);
    await look(page, `nl-no-key-${persona}`);
    const person = page.url();
    await page.goto(person.replace('/person', '/procedure'));
    await expect(page).toHaveURL(person);
    await page.locator('#stop').click();
    await expect(page.locator('input[name=reason][value=not_entitled]')).toBeChecked();
    await page.locator('main form button').first().click();
    await expect(page).toHaveURL(/\/standing$/);
  }
});

test('video, with a second officer at another post', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'nl-BE' })).newPage();
  const other = await (await browser.newContext({ locale: 'nl-BE', viewport: { width: 360, height: 740 } })).newPage();
  await officer(page);
  await officer(other, 'second-officer-nl');
  await other.goto(`${server.url}/second-checks`);
  await expect(other.locator('#queue')).toHaveCount(0);
  await look(other, 'nl-queue-empty');
  await begin(page, 'Lotte', 'video');
  for (const check of ['notice', 'presence', 'in-hand']) await wrongThenRight(page, check, 'no', 'yes');
  await page.locator('a#go-on').click();
  await type(page, { ...lotte, kind: 'foreign_passport', number: 'AB1234567', issuer: 'FRA' });
  await page.locator('#go-on').click();
  for (const check of ['features', 'photo']) await wrongThenRight(page, check, 'no', 'yes');
  await look(page, 'nl-call-second');
  await page.locator('#call-second').click();
  await look(page, 'nl-second-waiting');
  // The own call cannot be taken on, and the other post sees it without a reload.
  const own = await page.context().newPage();
  await own.goto(`${server.url}/second-checks`);
  await expect(own.locator('#queue li')).toHaveCount(1);
  await expect(own.locator('#queue form')).toHaveCount(0);
  await own.close();
  await expect(other.locator('#queue form button')).toBeVisible();
  await look(other, 'nl-queue');
  await other.locator('#queue form button').click();
  await expect(other.locator('#comparison')).toContainText('Janssens');
  await look(other, 'nl-second-check');
  await expect(page.locator('#live .tag')).toHaveText(/kijkt/);
  await other.locator('input[name=answer][value=no]').check();
  await other.locator('#record').click();
  await expect(other).toHaveURL(/\/second-checks$/);
  // The waiting page goes on by itself.
  await expect(page.locator('[role=alert] #refuse')).toBeVisible();
  await stopsForGood(page);
  // Another dossier, and a yes.
  await begin(page, 'Lotte', 'video');
  for (const check of ['notice', 'presence', 'in-hand']) await answer(page, check, 'yes');
  await page.locator('a#go-on').click();
  await type(page, { ...lotte, kind: 'foreign_passport', number: 'AB1234567', issuer: 'FRA' });
  await page.locator('#go-on').click();
  for (const check of ['features', 'photo']) await answer(page, check, 'yes');
  await page.locator('#call-second').click();
  await other.locator('#queue form button').click();
  await other.locator('input[name=answer][value=yes]').check();
  await other.locator('#record').click();
  await expect(page.locator('#decision')).toBeVisible();
  await decide(page);
});
