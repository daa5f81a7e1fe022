// Looking at a page: a screenshot for people, axe for the machine, nothing from outside.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Page, expect } from '@playwright/test';

const folder = join(import.meta.dirname, '../../target/screenshots');

export async function look(page: Page, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await page.waitForLoadState('load');
  const picture = () => page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  // The picture is for people and checks nothing. Chromium at times cannot paint one while another
  // window is resized ("Unable to capture screenshot"): it is asked once more. What is checked is below.
  await picture().catch(picture);
  // All in the page itself: there are no frames of others, and a second window for the result takes
  // as long again as looking.
  const found = await new AxeBuilder({ page }).setLegacyMode(true)
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  const told = found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' | ')}`);
  expect(told, `axe on ${name}`).toEqual([]);
  const width = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(width, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
}

// Fails the test on a message of the browser's console or a request that leaves the origin.
export function watch(page: Page, origin: string): () => void {
  const troubles: string[] = [];
  page.on('console', (message) => {
    // A refused form answers 4xx on purpose; the browser notes that as an error of the network.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      troubles.push(message.text());
    }
  });
  page.on('pageerror', (error) => troubles.push(String(error)));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !url.startsWith('data:') && !url.startsWith('blob:')) troubles.push(`left the origin: ${url}`);
  });
  return () => expect(troubles).toEqual([]);
}
