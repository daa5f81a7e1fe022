// From the counter to the person: a dossier of which link and code are out, for the tests of what
// the person does with them.
import { execFileSync } from 'node:child_process';
import { type Browser, type Page, expect } from '@playwright/test';
import { activationCode, confirm, enterContact, identify, openDossier, typeBelgianCard } from './counter.ts';
import { newestMessage } from './people.ts';

export interface Invitation { link: string; code: string; }

// An officer who is signed in leads Lotte to the contact page.
export async function identifyLotte(page: Page, url: string): Promise<void> {
  await openDossier(page, url, 'Lotte');
  await identify(page, 'belgian-card-without-certificates', {
    type: (p) => typeBelgianCard(p, { surname: 'Janssens', given: 'Lotte', birth: ['18', '5', '1993'], woman: true }),
    after: [['features', 'yes'], ['photo', 'yes'], ['document-status', 'no_hit']],
  });
}

// From the contact page until link and code are out; the page stays where it stands.
export async function invite(page: Page, url: string, email: string, mobile: string): Promise<Invitation> {
  await enterContact(page, email, mobile, 'nl');
  await confirm(page, url, email);
  await confirm(page, url, mobile);
  await expect(page).toHaveURL(/\/review$/);
  await page.locator('#send').click();
  await expect(page).toHaveURL(/\/standing$/);
  const mail = await newestMessage(page, url, email, /\/a\//);
  const sms = await newestMessage(page, url, mobile, activationCode);
  return { link: mail.links[0] ?? '', code: activationCode.exec(sms.text)?.[0] ?? '' };
}

// What Debian's oathtool shows for a seed now, or some seconds from now: an app that we did not write.
export function oathtool(typed: string, later = 0): string {
  const at = new Date(Date.now() + later * 1000).toISOString().replace('T', ' ').replace(/\..*/, ' UTC');
  const seed = typed.replace(/\s/g, '');
  return execFileSync('oathtool', ['--totp', '--base32', '--now', at, seed], { encoding: 'utf8' }).trim();
}

// Bytes of a page before compression: its own, and those of every style and script that it names, as
// the server sends them. What only a demonstration adds is not counted.
export async function bytesOf(page: Page): Promise<number> {
  const context = page.context().request;
  const html = await (await context.get(page.url())).body();
  const named = await page.locator('link[rel=stylesheet], script[src], link[rel=icon]')
    .evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? one.getAttribute('src') ?? ''));
  let bytes = html.length;
  for (const address of named) {
    if (address.startsWith('/demo')) continue;
    bytes += (await (await context.get(new URL(address, page.url()).href)).body()).length;
  }
  return bytes;
}

// A browser of a person: small screen, and scripts only where asked for.
export async function phoneOf(browser: Browser, javaScriptEnabled: boolean): Promise<Page> {
  const context = await browser.newContext({
    locale: 'nl-BE', viewport: { width: 320, height: 640 }, javaScriptEnabled,
  });
  return context.newPage();
}
