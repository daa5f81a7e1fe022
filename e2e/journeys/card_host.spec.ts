// Signing in by the card's certificate in the TLS handshake: in a Chromium of its own whose NSS store
// holds the card, as the middleware would offer it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, expect, test } from '@playwright/test';
import { acceptTerms } from '../support/counter.ts';
import { look } from '../support/look.ts';
import { type Server, start } from '../support/server.ts';

let server: Server;
test.beforeAll(async () => { server = await start(); });
test.afterAll(async () => { await server.stop(); });

// A home with an NSS store; with a card in it when one is named.
function home(card?: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'loket-nss-'));
  // Older and newer Chromiums look in one place each.
  for (const store of ['.pki/nssdb', '.local/share/pki/nssdb']) {
    const path = join(folder, store);
    mkdirSync(path, { recursive: true });
    execFileSync('certutil', ['-N', '-d', `sql:${path}`, '--empty-password']);
    if (!card) continue;
    const eid = join(server.folder, 'eid');
    const [pem, bundle] = [join(folder, 'card.pem'), join(folder, 'card.p12')];
    const certificate = readFileSync(join(eid, `card-${card}.der`)).toString('base64').match(/.{1,64}/g) ?? [];
    writeFileSync(pem, `-----BEGIN CERTIFICATE-----\n${certificate.join('\n')}\n-----END CERTIFICATE-----\n`);
    execFileSync('openssl', [
      'pkcs12', '-export', '-in', pem, '-inkey', join(eid, `card-${card}.key.pem`), '-name', card,
      '-out', bundle, '-passout', 'pass:card',
    ]);
    execFileSync('pk12util', ['-i', bundle, '-d', `sql:${path}`, '-W', 'card', '-K', '']);
  }
  return folder;
}

// Chromium with that home, its own store and no interception by the test runner.
async function open(folder: string): Promise<BrowserContext> {
  const use = test.info().project.use.launchOptions;
  return chromium.launchPersistentContext(join(folder, 'profile'), {
    ...use, env: { ...process.env, HOME: folder, XDG_DATA_HOME: join(folder, '.local/share') },
    ignoreHTTPSErrors: true, locale: 'nl-BE',
  });
}

test('the card in the browser signs in, and another way is offered without one', async () => {
  const [with_, without] = [home('officer-nl'), home()];
  try {
    const context = await open(with_);
    const page = await context.newPage();
    await page.goto(`${server.url}/sign-in`);
    await page.locator('details summary').click();
    await look(page, 'nl-sign-in-other-way');
    await page.locator('#sign-in-card-host').click();
    await acceptTerms(page);
    await expect(page).toHaveURL(/\/desk$/);
    await page.locator('.who a').click();
    await expect(page.locator('#sessions')).toContainText('kaart in de browser');
    await context.close();

    const other = await open(without);
    const empty = await other.newPage();
    await empty.goto(`${server.url}/sign-in`);
    await empty.locator('details summary').click();
    await empty.locator('#sign-in-card-host').click();
    await expect(empty.locator('h1')).toContainText('geen kaart');
    await look(empty, 'nl-card-host-empty');
    await empty.locator('a.button').click();
    await expect(empty).toHaveURL(/\/sign-in$/);
    await other.close();
  } finally {
    for (const folder of [with_, without]) rmSync(folder, { recursive: true, force: true });
  }
});
