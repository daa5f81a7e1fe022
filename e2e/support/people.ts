// The invented people of the demonstration, as its start page lists them.
import type { Page } from '@playwright/test';

// The number of a persona, read from the demonstration's start page.
export async function numberOf(page: Page, url: string, name: string): Promise<string> {
  const reader = await page.context().newPage();
  await reader.goto(`${url}/demo`);
  const number = await reader.locator('tr', { has: reader.locator('th', { hasText: name }) }).first().locator('td').first().innerText();
  await reader.close();
  return number;
}

// The newest message to an address, once it is there. Waits for the page that people read.
export async function newestMessage(
  page: Page, url: string, to: string, has: RegExp,
): Promise<{ subject: string; text: string; links: string[] }> {
  const reader = await page.context().newPage();
  try {
    // The page shows new messages by itself as they come.
    await reader.goto(`${url}/demo/messages`);
    const found = reader.locator('.demo-message', { hasText: to }).filter({ hasText: has }).first();
    await found.waitFor({ timeout: 30_000 });
    const links = await found.locator('pre a').evaluateAll((all) => all.map((a) => (a as HTMLAnchorElement).href));
    return { subject: await found.locator('h2').innerText(), text: await found.locator('pre').innerText(), links };
  } finally {
    await reader.close();
  }
}
