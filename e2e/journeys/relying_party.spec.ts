// Signing in at relying parties that we did not write: Debian's Apache with mod_auth_openidc by a passkey,
// and openid-client from npm by a password with an authenticator app; and at the demonstration's own.
import { createServer, type Server as HttpServer } from 'node:http';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type Page, expect, test } from '@playwright/test';
import * as openid from 'openid-client';
import { bytesOf, identifyLotte, invite, oathtool, phoneOf } from '../support/activation.ts';
import { type Apache, startApache } from '../support/apache.ts';
import { acceptTerms, signIn } from '../support/counter.ts';
import { look } from '../support/look.ts';
import { addAuthenticator } from '../support/passkey.ts';
import { type Server, freePort, start } from '../support/server.ts';

let server: Server;
let apache: Apache;
let party: HttpServer;
let partyUrl = '';
const SECRETS = { apache: 'secret-of-apache-0123456789', node: 'secret-of-node-0123456789' };
const SUBSTANTIAL = 'http://eidas.europa.eu/LoA/substantial';
const LANGUAGES = ['nl', 'fr', 'de', 'en'];
const PASSWORD = 'drie gele fietsen';

test.beforeAll(async () => {
  const [port, apachePort] = [await freePort(), await freePort()];
  // What comes back to the second party is only read by the test, from the browser's address.
  party = createServer((_, answer) => {
    answer.setHeader('content-type', 'text/html');
    answer.end('<!doctype html><title>back</title>');
  });
  await new Promise<void>((resolve) => party.listen(0, '127.0.0.1', resolve));
  const address = party.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  partyUrl = `http://localhost:${address.port}`;
  const file = join(mkdtempSync(join(tmpdir(), 'loket-parties-')), 'parties.toml');
  writeFileSync(file, `
    [[relying_party]]
    client = "apache"
    name = "Apache"
    secret = "${SECRETS.apache}"
    redirect_uris = ["http://localhost:${apachePort}/behind/redirect"]
    post_logout_redirect_uris = ["http://localhost:${apachePort}/gone.html"]
    scopes = ["profile", "email"]
    [[relying_party]]
    client = "node"
    name = "Node"
    secret = "${SECRETS.node}"
    redirect_uris = ["${partyUrl}/cb"]
    post_logout_redirect_uris = ["${partyUrl}/gone"]
    scopes = ["birthdate"]
  `);
  server = await start({ port, more: ['--relying-parties', file] });
  apache = await startApache(apachePort, server.url, { id: 'apache', secret: SECRETS.apache });
});
test.afterAll(async () => {
  await apache?.stop();
  party?.close();
  await server?.stop();
});

// Somebody with an open invitation, whose code is entered.
async function invited(browser: Browser, officer: string, email: string, mobile: string): Promise<Page> {
  const counter = await (await browser.newContext({ locale: 'nl-BE' })).newPage();
  await signIn(counter, server.url, officer);
  await acceptTerms(counter);
  await identifyLotte(counter, server.url);
  const { link, code } = await invite(counter, server.url, email, mobile);
  await counter.context().close();
  const phone = await phoneOf(browser, true);
  await phone.goto(link);
  await phone.locator('#code').fill(code);
  await phone.locator('main form button').first().click();
  await expect(phone).toHaveURL(/\/choose$/);
  return phone;
}

// A page at its own address, in each language: axe, 320 pixels, bytes.
async function every(page: Page, name: string): Promise<void> {
  const here = new URL(page.url()).pathname;
  for (const language of LANGUAGES) {
    await page.goto(`${server.url}/language?to=${language}&back=${here}`);
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    await look(page, `relying-${language}-${name}`);
    expect(await bytesOf(page), `${name} in ${language}`).toBeLessThanOrEqual(20 * 1024);
  }
  await page.goto(`${server.url}/language?to=nl&back=${here}`);
}

test("Debian's Apache signs a person in with a passkey", async ({ browser }) => {
  test.setTimeout(720_000);
  const phone = await invited(browser, 'officer-nl', 'lotte.apache@example.be', '+32470123461');
  await addAuthenticator(phone);
  await phone.goto(`${server.url}/activate/passkey`);
  await phone.locator('#make-passkey').click();
  await expect(phone).toHaveURL(/\/done$/);

  await phone.goto(`${apache.url}/behind/`);
  await expect(phone).toHaveURL(/\/authorize\/[\w-]{43}$/);
  await every(phone, 'key');
  await phone.locator('#try-passkey').click();
  await expect(phone.locator('#agree')).toBeVisible();
  await every(phone, 'consent');
  const told = phone.waitForResponse((answer) => answer.url() === `${apache.url}/behind/` && answer.ok());
  await phone.locator('#agree').click();
  const headers = await (await told).allHeaders();
  await expect(phone).toHaveTitle('behind');
  expect(headers['x-told-acr']).toBe(SUBSTANTIAL);
  expect(headers['x-told-name']).toBe('Janssens');
  expect(headers['x-told-email']).toBe('lotte.apache@example.be');
  expect(headers['x-told-subject']).toMatch(/^[\w-]{43}$/);

  // The demonstration's own party: the key of a moment ago serves, and only the yes is asked.
  await phone.goto(`${server.url}/demo/service`);
  await look(phone, 'relying-demo');
  await phone.locator('#begin').click();
  await phone.locator('#agree').click();
  await expect(phone.locator('[data-claim="family_name"]')).toHaveText('"Janssens"');
  const other = await phone.locator('[data-claim="sub"]').innerText();
  expect(other).not.toContain(headers['x-told-subject'] ?? '');
  await look(phone, 'relying-demo-known');
  // Signing out there ends the session here without a question, and a key is asked for again.
  await phone.locator('#leave').click();
  await expect(phone).toHaveURL(`${server.url}/demo/service`);
  await phone.locator('#begin').click();
  await expect(phone.locator('#try-passkey')).toBeVisible();

  // A level that this key does not reach: told, and the person may go back.
  const high = new URLSearchParams({
    client_id: 'node', redirect_uri: `${partyUrl}/cb`, response_type: 'code', scope: 'openid', state: 's',
    code_challenge: await openid.calculatePKCECodeChallenge(openid.randomPKCECodeVerifier()),
    code_challenge_method: 'S256', acr_values: 'http://eidas.europa.eu/LoA/high',
  });
  await phone.goto(`${server.url}/authorize?${high}`);
  await phone.locator('#try-passkey').click();
  await expect(phone.locator('#too-low')).toBeVisible();
  await every(phone, 'too-low');
  await phone.locator('#refuse').click();
  await expect(phone).toHaveURL(/error=unmet_authentication_requirements/);

  // The holder sees both services and takes one back.
  await phone.goto(`${server.url}/my-keys/sign-in`);
  await phone.locator('#try-passkey').click();
  await expect(phone).toHaveURL(/\/my-keys$/);
  await phone.locator('#services').click();
  await expect(phone.locator('form.card')).toHaveCount(2);
  await every(phone, 'services');
  await phone.locator('form.card', { hasText: 'Apache' }).locator('button').click();
  await expect(phone.locator('form.card')).toHaveCount(1);
});

test('openid-client signs a person in with password and app, step by step', async ({ browser }) => {
  test.setTimeout(720_000);
  const phone = await invited(browser, 'officer-fr', 'lotte.node@example.be', '+32470123462');
  await phone.goto(`${server.url}/activate/password`);
  await phone.locator('#password').fill(PASSWORD);
  await phone.locator('main form button').first().click();
  await expect(phone).toHaveURL(/\/activate\/app$/);
  const seed = await phone.locator('#seed').innerText();
  await phone.locator('#code').fill(oathtool(seed));
  await phone.locator('main form button').first().click();
  await expect(phone).toHaveURL(/\/done$/);

  const config = await openid.discovery(
    new URL(server.url), 'node', undefined, openid.ClientSecretBasic(SECRETS.node),
    { execute: [openid.allowInsecureRequests] },
  );
  const attempt = async (more: Record<string, string> = {}) => {
    const verifier = openid.randomPKCECodeVerifier();
    const [state, nonce] = [openid.randomState(), openid.randomNonce()];
    const address = openid.buildAuthorizationUrl(config, {
      redirect_uri: `${partyUrl}/cb`, scope: 'openid birthdate', state, nonce,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256', ...more,
    });
    const finish = () => openid.authorizationCodeGrant(config, new URL(phone.url()), {
      pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true,
    });
    return { address: address.href, finish };
  };
  const back = new RegExp(`^${partyUrl}/cb\\?`);

  // Nothing may be asked: nobody is signed in.
  const silent = await attempt({ prompt: 'none' });
  await phone.goto(silent.address);
  await expect(phone).toHaveURL(back);
  await expect(silent.finish()).rejects.toThrow(/login_required|authorization response/i);

  // What does not fit is told. The language is the one that the party wishes, until the person chooses.
  await phone.context().clearCookies({ name: '__Host-language' });
  const given = await attempt({ ui_locales: 'de', acr_values: SUBSTANTIAL });
  await phone.goto(given.address);
  await expect(phone.locator('html')).toHaveAttribute('lang', 'de');
  const type = async (code: string) => {
    await phone.locator('#email').fill('lotte.node@example.be');
    await phone.locator('#password').fill(PASSWORD);
    await phone.locator('#code').fill(code);
    await phone.locator('#by-password').click();
  };
  await type('000000');
  await expect(phone.locator('#errors')).toBeVisible();
  await look(phone, 'relying-de-key-refused');
  await type(oathtool(seed, 30));
  await expect(phone.locator('#claims li')).toHaveCount(1);
  await phone.locator('#agree').click();
  await expect(phone).toHaveURL(back);
  const tokens = await given.finish();
  const claims = tokens.claims();
  expect(claims?.acr).toBe(SUBSTANTIAL);
  expect(claims?.amr).toEqual(['pwd', 'otp', 'mfa']);
  const info = await openid.fetchUserInfo(config, tokens.access_token, claims?.sub ?? '');
  expect(info.birthdate).toBe('1993-05-18');
  expect(info.family_name).toBeUndefined();
  // The code is used up.
  await expect(given.finish()).rejects.toThrow();
  await expect(openid.fetchUserInfo(config, tokens.access_token, claims?.sub ?? '')).rejects.toThrow();

  // The yes is remembered, and the key of a moment ago serves: nothing is asked.
  const quiet = await attempt({ prompt: 'none' });
  await phone.goto(quiet.address);
  await expect(phone).toHaveURL(back);
  const second = await quiet.finish();
  expect(second.claims()?.sub).toBe(claims?.sub);

  // A no.
  const no = await attempt({ prompt: 'consent' });
  await phone.goto(no.address);
  await phone.locator('#refuse').click();
  await expect(phone).toHaveURL(/error=access_denied/);

  // A form of another site leads to the same question, although the browser keeps our cookie back from it.
  await phone.goto(`${partyUrl.replace('localhost', '127.0.0.1')}/gone`);
  await phone.evaluate((to) => {
    const form = Object.assign(document.createElement('form'), { method: 'post', action: to });
    document.body.append(form);
    form.submit();
  }, `${server.url}/end-session`);
  await expect(phone.locator('#sure')).toBeVisible();

  // Signing out without a proof asks the person; with one it leads back.
  await phone.goto(`${server.url}/end-session`);
  await every(phone, 'sign-out');
  await phone.locator('#sure').click();
  await expect(phone.locator('#signed-out')).toBeVisible();
  await look(phone, 'relying-signed-out');
  const leave = openid.buildEndSessionUrl(config, {
    id_token_hint: second.id_token ?? '', post_logout_redirect_uri: `${partyUrl}/gone`, state: 'weg',
  });
  await phone.goto(leave.href);
  await expect(phone).toHaveURL(`${partyUrl}/gone?state=weg`);
});

test('nobody is sent to an address that is not registered', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'nl-BE' })).newPage();
  const asks = (client: string, redirect: string) => `${server.url}/authorize?${new URLSearchParams({
    client_id: client, redirect_uri: redirect, response_type: 'code', scope: 'openid',
  })}`;
  for (const [client, redirect] of [
    ['node', 'https://evil.example/cb'], ['node', `${partyUrl}/cb/../gone`], ['node', `${partyUrl}/cb?x=1`],
    ['nobody', `${partyUrl}/cb`], ['', ''],
  ] as const) {
    const answer = await page.goto(asks(client, redirect));
    expect(answer?.status(), redirect).toBe(400);
    expect(new URL(page.url()).origin).toBe(server.url);
  }
  await look(page, 'relying-unknown');
  // Whom to answer is known: the fault goes there, with our name.
  await page.goto(asks('node', `${partyUrl}/cb`));
  const back = new URL(page.url());
  expect(back.origin).toBe(partyUrl);
  expect(back.searchParams.get('error')).toBe('invalid_request');
  expect(back.searchParams.get('iss')).toBe(server.url);
  // A form of another site begins a sign-in as an address does, and no more.
  const begun = await page.request.post(`${server.url}/authorize`, {
    form: { client_id: 'node', redirect_uri: `${partyUrl}/cb`, response_type: 'code', scope: 'openid' },
    maxRedirects: 0,
  });
  expect(begun.headers().location).toContain('error=invalid_request');
});
