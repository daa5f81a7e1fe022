// Measurements, for bench/activation.sh: not among the journeys, since they check nothing.
import { defineConfig } from '@playwright/test';
import journeys from './playwright.config.ts';

export default defineConfig({ ...journeys, testDir: './bench', testMatch: '*.bench.ts', timeout: 300_000, workers: 1 });
