// Sessions after the sign-in: the list of one's own, ending one from another, the card again.
import { expect, test } from '@playwright/test';
import { acceptTerms, signIn } from '../support/counter.ts';
import { look } from '../support/look.ts';
import { type Server, start } from '../support/server.ts';

let server: Server;
test.beforeAll(async () => { server = await start(); });
test.afterAll(async () => { await server.stop(); });

test('two browsers, and one ends the session of the other', async ({ browser }) => {
  const here = await (await browser.newContext({ locale: 'nl-BE' })).newPage();
  await signIn(here, server.url, 'officer-nl');
  await acceptTerms(here);
  const there = await (await browser.newContext({ locale: 'nl-BE' })).newPage();
  await signIn(there, server.url, 'officer-nl');
  await expect(there).toHaveURL(/\/desk$/);

  await here.locator('.who a').click();
  await expect(here).toHaveURL(/\/sessions$/);
  await expect(here.locator('#sessions tbody tr')).toHaveCount(2);
  await look(here, 'nl-sessions');
  await here.locator('#sessions form button').click();
  await expect(here.locator('#sessions tbody tr')).toHaveCount(1);
  await there.reload();
  await expect(there).toHaveURL(/\/sign-in/);
});

test('the card again leads back, and another card does not count', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'fr-BE' })).newPage();
  await signIn(page, server.url, 'officer-fr');
  await acceptTerms(page);
  const show = async (card: string) => {
    await page.goto(`${server.url}/sign-in/again?back=/help`);
    await page.locator('#sign-in-with-card').click();
    const dialog = page.locator('dialog.demo-cards');
    await dialog.locator(`#demo-card-${card}`).check();
    await dialog.locator('#demo-pin').fill('1234');
    await dialog.locator('button').first().click();
  };
  await page.goto(`${server.url}/sign-in/again?back=//evil.example/`);
  await look(page, 'fr-card-again');
  await expect(page.locator('a.button')).toHaveAttribute('href', '/');
  await show('officer-nl');
  await expect(page).toHaveURL(/failed\?code=other_card$/);
  await look(page, 'fr-other-card');
  await show('officer-fr');
  await expect(page).toHaveURL(/\/help$/);
});
