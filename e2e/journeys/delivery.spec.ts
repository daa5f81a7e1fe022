// Messages by a relay and a message centre that we did not write: what arrives over TLS, what comes
// back, and what the officer sees of it without reloading the page.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type Page, expect, test } from '@playwright/test';
import { acceptTerms, activationCode, enterContact, identify, openDossier, signIn, typeBelgianCard } from '../support/counter.ts';
import { look, watch } from '../support/look.ts';
import { type Centre, type Mail, type Relay, type Text, certificate, startCentre, startRelay, tables, until } from '../support/peers.ts';
import { type Server, start } from '../support/server.ts';

let server: Server;
let relay: Relay;
let centre: Centre;

test.beforeAll(async () => {
  const made = certificate();
  relay = await startRelay(made.certificate, made.key);
  centre = await startCentre();
  server = await start({ more: ['--messages', tables(relay, centre, made)] });
});
test.afterAll(async () => {
  await server.stop();
  await relay.stop();
  await centre.stop();
});
// The tests share one relay and one desk, and each leaves its person behind.
test.describe.configure({ mode: 'serial' });

const mailTo = (to: string, has: RegExp) =>
  until<Mail>(() => relay.mails.filter((mail) => mail.to === to && has.test(mail.parsed.text ?? '')).at(-1), `a mail to ${to}`);
const textTo = (to: string, has: RegExp) =>
  until<Text>(() => centre.texts.filter((text) => text.to === to && has.test(text.text)).at(-1), `a text to ${to}`);

async function toTheReview(page: Page, persona: string, card: Parameters<typeof typeBelgianCard>[1], email: string, mobile: string): Promise<void> {
  await openDossier(page, server.url, persona);
  await identify(page, 'belgian-card-without-certificates', {
    type: (p) => typeBelgianCard(p, card),
    after: [['features', 'yes'], ['photo', 'yes'], ['document-status', 'no_hit']],
  });
  await enterContact(page, email, mobile, 'nl');
  for (const [to, found] of [
    [email, (await mailTo(email, /\b\d{6}\b/)).parsed.text ?? ''],
    [`+${mobile}`, (await textTo(mobile, /\b\d{6}\b/)).text],
  ] as const) {
    const form = page.locator('main form', { hasText: to }).filter({ has: page.locator('input[name=code]') }).first();
    await form.locator('input[name=code]').fill(/\b(\d{6})\b/.exec(found)?.[1] ?? '');
    await form.locator('button').first().click();
  }
  await expect(page).toHaveURL(/\/review$/);
}

const row = (page: Page, what: string) => page.locator('#messages tr', { hasText: what });

test('mails arrive over TLS with both parts, codes by SMPP, and receipts show by themselves', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'nl-BE' })).newPage();
  const settled = watch(page, server.url);
  await signIn(page, server.url, 'officer-nl');
  await acceptTerms(page);
  await toTheReview(page, 'Lotte', { surname: 'Janssens', given: 'Lotte', birth: ['18', '5', '1993'], woman: true }, 'lotte@far.example', '32470123456');
  centre.next.push('ESME_RTHROTTLED');
  await page.locator('#send').click();
  await expect(page).toHaveURL(/\/standing$/);

  const mail = await mailTo('lotte@far.example', /\/a\//);
  expect([mail.secure, mail.account]).toEqual([true, 'loket']);
  expect(mail.from).toMatch(/^terug\+[0-9a-f]{48}@loket\.example\.be$/);
  expect(mail.parsed.headers.get('auto-submitted')).toBe('auto-generated');
  expect(mail.parsed.headers.get('content-language')).toBe('nl');
  expect(mail.parsed.headers.has('list-unsubscribe')).toBe(false);
  expect(mail.parsed.messageId).toMatch(/^<[0-9a-f-]{36}@loket\.example\.be>$/);
  expect(mail.parsed.attachments).toEqual([]);
  const html = String(mail.parsed.html);
  expect(html).toContain('lang="nl"');
  expect(html).not.toMatch(/<img|<script|<style|src=/);
  const link = /https?:\S+\/a\/\S+/.exec(mail.parsed.text ?? '')?.[0] ?? '';
  expect(html.match(/<a /g)).toHaveLength(1);
  expect(html).toContain(`<a href="${link}">${link}</a>`);
  for (const line of (mail.parsed.text ?? '').split('\n').filter((line) => line !== '')) {
    expect(html.replaceAll('&#39;', '’').replaceAll('&amp;', '&')).toContain(line.replaceAll("'", '’'));
  }
  expect(mail.parsed.text).not.toMatch(activationCode);
  expect(mail.raw).not.toMatch(/Janssens|Lotte |930518/);

  // Throttled once, then taken, once.
  const text = await textTo('32470123456', activationCode);
  expect([text.sender, text.coding, text.receipt]).toEqual(['LOKET', 0, 1]);
  expect(text.text.length).toBeLessThanOrEqual(160);
  expect(text.text).not.toMatch(/http|www\./);
  expect(centre.texts.filter((one) => activationCode.test(one.text))).toHaveLength(1);

  await expect(row(page, 'Activatiecode')).toContainText('verstuurd');
  centre.receipt(text.id, 'DELIVRD');
  await expect(row(page, 'Activatiecode')).toContainText('bezorgd');
  await until(() => (centre.kept.includes(text.id) ? true : undefined), 'the receipt to be answered');
  await look(page, 'nl-delivered');

  // The mail comes back, as postfix writes it, by the command that a transport runs.
  const tag = /\+([0-9a-f]{48})@/.exec(mail.from)?.[1] ?? '';
  const bounced = readFileSync(join(import.meta.dirname, '../../crates/loket-delivery/tests/postfix-bounce.eml'), 'utf8');
  const forged = bounced.replaceAll('0190b8c47a3c700080000000000000010123456789abcdef', tag.replace(/.{16}$/, '0'.repeat(16)));
  expect(bounce(forged)).toContain('Nothing recorded');
  await expect(row(page, 'Activatielink')).toContainText('verstuurd');
  expect(bounce(bounced.replaceAll('0190b8c47a3c700080000000000000010123456789abcdef', tag))).toContain('Recorded');
  await expect(row(page, 'Activatielink')).toContainText('mislukt');
  await expect(row(page, 'Activatielink')).toContainText('Vraag de persoon een ander');
  await expect(page.locator('h1')).not.toHaveText('Link en code zijn onderweg');
  await look(page, 'nl-came-back');
  settled();
});

// `loket delivery bounce` over the same installation.
function bounce(mail: string): string {
  const config = join(server.folder, 'loket.toml');
  const root = readFileSync(join(server.folder, 'eid', 'root.der'));
  const pin = createHash('sha256').update(root).digest('hex');
  execFileSync('mkdir', ['-p', join(server.folder, 'anchors'), join(server.folder, 'intermediates')]);
  copyFileSync(join(server.folder, 'eid', 'root.der'), join(server.folder, 'anchors', 'root.der'));
  copyFileSync(join(server.folder, 'eid', 'citizen-ca.der'), join(server.folder, 'intermediates', 'ca.der'));
  writeFileSync(join(server.folder, 'sms.token'), 'x\n');
  chmodSync(join(server.folder, 'sms.token'), 0o600);
  writeFileSync(config, `
    node = "mail"
    origin = "https://loket.example.be"
    [database]
    sqlite = "loket.db"
    [registers]
    national_url = "http://127.0.0.1:1/national"
    bis_url = "http://127.0.0.1:1/bis"
    [smtp]
    host = "127.0.0.1"
    from = "loket@loket.example.be"
    [sms]
    sender = "LOKET"
    [sms.http]
    url = "http://127.0.0.1:1/"
    token_file = "sms.token"
    [eid]
    anchors = "anchors"
    intermediates = "intermediates"
    anchor_fingerprints = ["${pin}"]
    [service_desk]
    nl = "02 000 00 01"
    fr = "02 000 00 02"
  `);
  return execFileSync(process.env.LOKET_BIN ?? '', ['delivery', 'bounce', '--config', config], { input: mail, encoding: 'utf8' });
}

test('a server that asks for patience and one that refuses are told apart, by themselves', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'nl-BE' })).newPage();
  await signIn(page, server.url, 'officer-nl');
  await toTheReview(page, 'Karim', { surname: 'Benali', given: 'Karim', birth: ['29', '2', '1988'], woman: false }, 'karim@far.example', '32471112233');
  relay.answers.set('karim@far.example', { code: 451, times: 1 });
  await page.locator('#send').click();
  await expect(row(page, 'Activatielink')).toContainText('wordt opnieuw geprobeerd');
  await expect(row(page, 'Activatielink')).toContainText('vraagt geduld');
  await look(page, 'nl-greylisted');
  await expect(row(page, 'Activatielink')).toContainText('verstuurd', { timeout: 20_000 });

  relay.answers.set('karim@far.example', { code: 550, times: 9 });
  await page.locator('#again').click();
  await page.locator('input[name=what][value=both]').check();
  await page.locator('#do').click();
  await expect(page).toHaveURL(/\/standing$/);
  await expect(row(page, 'Activatielink').last()).toContainText('mislukt');
  await expect(row(page, 'Activatielink').last()).toContainText('neemt het bericht niet aan');
  await look(page, 'nl-recipient-refused');
});

test('a message that cannot be sent as it is waits for the service desk, which sends it again', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'nl-BE' })).newPage();
  await signIn(page, server.url, 'officer-nl');
  await toTheReview(page, 'Lotte', { surname: 'Janssens', given: 'Lotte', birth: ['18', '5', '1993'], woman: true }, 'l.janssens@far.example', '32472445566');
  centre.next.push('ESME_RINVMSGLEN');
  await page.locator('#send').click();
  await expect(row(page, 'Activatiecode')).toContainText('gestopt');
  await look(page, 'nl-stopped');

  for (const [locale, width, colorScheme] of [['fr-BE', 320, 'dark'], ['en', 1200, 'light']] as const) {
    const desk = await (await browser.newContext({ locale, colorScheme, viewport: { width, height: 800 } })).newPage();
    await signIn(desk, server.url, 'support');
    if (desk.url().endsWith('/terms')) await acceptTerms(desk);
    await expect(desk).toHaveURL(/\/delivery$/);
    await expect(desk.locator('#stopped section')).toHaveCount(1);
    await expect(desk.locator('#stopped')).not.toContainText(/janssens|lotte|32472445566/i);
    await look(desk, `${locale}-messages-stopped`);
    await desk.locator('#stopped form').last().locator('button').click();
    await expect(desk.locator('[role=alert]')).toBeVisible();
    await look(desk, `${locale}-messages-no-reason`);
    if (locale !== 'en') continue;
    await desk.locator('#stopped form').first().locator('button').click();
    await expect(desk.locator('#stopped')).toHaveCount(0);
    await look(desk, 'en-messages-none');
  }
  await expect(row(page, 'Activatiecode')).toContainText('verstuurd');
});
