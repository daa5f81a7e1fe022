// The program under test: the demonstration on a port of its own, with a data folder of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Server {
  url: string;
  folder: string;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

function binary(): string {
  const path = process.env.LOKET_BIN;
  if (!path) throw new Error('LOKET_BIN must name the program, built with the feature demo (see make test)');
  return path;
}

export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      if (address === null || typeof address === 'string') return reject(new Error('no port'));
      probe.close(() => resolve(address.port));
    });
  });
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

export async function start(given?: { folder?: string; port?: number; more?: string[] }): Promise<Server> {
  const folder = given?.folder ?? mkdtempSync(join(tmpdir(), 'loket-e2e-'));
  const port = given?.port ?? (await freePort());
  const child = spawn(binary(), ['demo', '--data', folder, '--port', String(port), ...(given?.more ?? [])], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const ready = /Loket is ready: (http:\S+)/.exec(said);
      if (ready?.[1]) resolve(ready[1]);
    });
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.once('exit', (code) => reject(new Error(`the program ended with ${code}: ${said}`)));
  });
  return {
    url,
    folder,
    async stop() {
      child.kill('SIGTERM');
      await ended(child);
      rmSync(folder, { recursive: true, force: true });
    },
    async kill() {
      child.kill('SIGKILL');
      await ended(child);
    },
  };
}
