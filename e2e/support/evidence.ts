// The public key of a demonstration's audit log, and the program's own check of a bundle of evidence.
import { spawnSync } from 'node:child_process';
import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

// A C2SP signed-note vkey: name, ID and key, from the seed that the demonstration keeps.
export function logKey(folder: string, name: string): string {
  const seed = Buffer.from(readFileSync(join(folder, 'loket.audit.key'), 'utf8').trim(), 'hex');
  const prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
  const key = createPrivateKey({ key: Buffer.concat([prefix, seed]), format: 'der', type: 'pkcs8' });
  const plain = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
  const typed = Buffer.concat([Buffer.from([1]), plain]);
  const id = createHash('sha256').update(`${name}\n`).update(typed).digest('hex').slice(0, 8);
  return `${name}+${id}+${typed.toString('base64')}`;
}

// Offline, with the public key only.
export function verify(bundle: string, key: string): { code: number | null; said: string } {
  const program = process.env.LOKET_BIN ?? '';
  const run = spawnSync(program, ['audit', 'verify', bundle, '--key', key], { encoding: 'utf8' });
  return { code: run.status, said: run.stdout + run.stderr };
}

// As if every card was shown ten minutes ago: in the demonstration's database, since nobody waits that long.
export function tenMinutesSinceTheCard(folder: string): void {
  const sql = '.timeout 5000\nUPDATE session SET card_shown_at = card_shown_at - 600000000;';
  const run = spawnSync('sqlite3', [join(folder, 'loket.db')], { input: sql, encoding: 'utf8' });
  if (run.status !== 0 || run.stderr !== '') throw new Error(`sqlite3: ${run.stderr}`);
}
