// The officer's way, as a person would go it: by the labels and buttons of the pages.
import { type Page, expect } from '@playwright/test';
import { newestMessage, numberOf } from './people.ts';

export type Visit = (name: string) => Promise<void>;
const none: Visit = async () => {};

export async function signIn(page: Page, url: string, card: string, visit: Visit = none): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await visit('sign-in');
  await page.locator('#sign-in-with-card').click();
  const dialog = page.locator('dialog.demo-cards');
  await dialog.locator(`#demo-card-${card}`).check();
  await dialog.locator('#demo-pin').fill('1234');
  await dialog.locator('button').first().click();
  await page.waitForURL((address) => !address.pathname.startsWith('/sign-in') || address.pathname === '/sign-in/failed');
}

export async function acceptTerms(page: Page, visit: Visit = none): Promise<void> {
  await expect(page).toHaveURL(/\/terms$/);
  await visit('terms');
  await page.locator('main input[type=checkbox]').check();
  await page.locator('main form button').click();
  await expect(page).not.toHaveURL(/\/terms$/);
}

export async function openDossier(page: Page, url: string, persona: string, visit: Visit = none): Promise<void> {
  const number = await numberOf(page, url, persona);
  await page.goto(`${url}/desk`);
  await visit('desk');
  await page.locator('#number').fill(number);
  await page.locator('#reason').selectOption('first_key');
  await page.locator('main form button').first().click();
  await expect(page).toHaveURL(/\/person$/);
  await visit('person');
}

// Chooses an answer; to a check that is made point by point, yes is all good and no is one wrong.
export async function choose(page: Page, value: string): Promise<void> {
  const points = page.locator('fieldset.row');
  const count = await points.count();
  if (count === 0) {
    await page.locator(`input[name=answer][value=${value}]`).check();
    if (await page.locator('input[name=check][value=exception]').count()) {
      await page.locator('#explanation').fill('Het paspoort ligt bij de Dienst Vreemdelingenzaken.');
    }
    return;
  }
  for (let at = 0; at < count; at += 1) {
    const found = value === 'no' && at === 0 ? 'wrong' : 'good';
    await points.nth(at).locator(`input[value=${found}]`).check();
  }
}

// One check of the list that is answered on the spot.
export async function answer(page: Page, check: string, value: string, visit: Visit = none): Promise<void> {
  await expect(page.locator(`input[name=check][value="${check}"]`)).toHaveCount(1);
  await visit(`check-${check}`);
  await choose(page, value);
  await page.locator('#record').click();
}

// The whole identification by one procedure; `type` fills in the document, `settle` the comparison.
export async function identify(
  page: Page,
  procedure: string,
  steps: { type: (page: Page) => Promise<void>; settle?: (page: Page) => Promise<void>; after: [string, string][] },
  visit: Visit = none,
): Promise<void> {
  await page.locator('#go-on').click();
  await expect(page).toHaveURL(/\/procedure$/);
  await visit('procedure');
  await page.locator(`input[name=procedure][value="${procedure}"]`).check();
  await page.locator('#go-on').click();
  if (procedure === 'paper-residence-document') await answer(page, 'exception', 'yes', visit);
  await answer(page, 'presence', 'yes', visit);
  await answer(page, 'in-hand', 'yes', visit);
  await page.locator('a#go-on').click();
  await expect(page).toHaveURL(/\/document$/);
  await visit('document');
  await steps.type(page);
  await page.locator('#record').click();
  await expect(page).toHaveURL(/\/comparison$/);
  await visit('comparison');
  await steps.settle?.(page);
  await page.locator('#go-on').click();
  for (const [check, value] of steps.after) await answer(page, check, value, visit);
  await expect(page.locator('#decision')).toBeVisible();
  await visit('decision');
  await page.locator('#decision').click();
  await expect(page).toHaveURL(/\/contact$/);
}

export async function enterContact(
  page: Page, email: string, mobile: string | null, language: string, visit: Visit = none,
): Promise<void> {
  await visit('contact');
  await page.locator('#consent').check();
  await page.locator(`input[name=language][value=${language}]`).check();
  await page.locator('#email').fill(email);
  if (mobile) await page.locator('#mobile').fill(mobile);
  else await page.locator('#no-mobile').check();
  await page.locator('main form button').first().click();
  await expect(page).toHaveURL(/\/confirm$/);
  await visit('confirm');
}

export async function confirm(page: Page, url: string, to: string): Promise<void> {
  const message = await newestMessage(page, url, to, /\b\d{6}\b/);
  const code = /\b(\d{6})\b/.exec(message.text)?.[1] ?? '';
  const form = page.locator('main form', { hasText: to }).filter({ has: page.locator('input[name=code]') }).first();
  await form.locator('input[name=code]').fill(code);
  await form.locator('button').first().click();
}

// The data printed on a Belgian identity card, typed over.
export async function typeBelgianCard(
  page: Page, card: { surname: string; given: string; birth: [string, string, string]; woman: boolean },
): Promise<void> {
  await page.locator('#kind').selectOption('belgian_identity_card');
  await page.locator('#number').fill('591191706458');
  if ((await page.locator('#issuer').count()) > 0) await page.locator('#issuer').fill('BEL');
  await page.locator('#surname').fill(card.surname);
  await page.locator('#given_names').fill(card.given);
  await page.locator('#birth_date').fill(card.birth[0]);
  await page.locator('#birth_month').fill(card.birth[1]);
  await page.locator('#birth_year').fill(card.birth[2]);
  await page.locator(card.woman ? '#sex' : '#sex-male').check();
  await page.locator('#valid_until').fill('2');
  await page.locator('#until_month').fill('3');
  await page.locator('#until_year').fill('2031');
}

// An activation code as messages and slips print it.
export const activationCode = /\b[2-9A-HJKMNP-Z]{3} [2-9A-HJKMNP-Z]{3} [2-9A-HJKMNP-Z]{3}\b/;

// The card that the register has for a number: ten digits made of it, and two that check them.
export function cardOf(number: string): string {
  const ten = 5_900_000_000n + (BigInt(number.replace(/\D/g, '')) % 99_999_989n);
  const rest = ten % 97n;
  return `${ten}${String(rest === 0n ? 97n : rest).padStart(2, '0')}`;
}
