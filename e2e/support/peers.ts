// A relay and a message centre that we did not write (npm smtp-server and smpp), on this machine.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
// @ts-expect-error: the package has no types
import smpp from 'smpp';

export interface Mail { from: string; to: string; secure: boolean; account: string; parsed: ParsedMail; raw: string }
export interface Relay {
  port: number;
  mails: Mail[];
  // What RCPT of an address answers: a code, once or for good.
  answers: Map<string, { code: number; times: number }>;
  stop(): Promise<void>;
}

const ACCOUNT = { username: 'loket', password: 'een geheim' };

export async function startRelay(certificate: string, key: string): Promise<Relay> {
  const mails: Mail[] = [];
  const answers: Relay['answers'] = new Map();
  const server = new SMTPServer({
    key: readFileSync(key), cert: readFileSync(certificate), authMethods: ['PLAIN', 'LOGIN'], size: 1_000_000,
    onAuth(auth, _session, done) {
      if (auth.username === ACCOUNT.username && auth.password === ACCOUNT.password) done(null, { user: auth.username });
      else done(new Error('no'));
    },
    onRcptTo(address, _session, done) {
      const answer = answers.get(address.address);
      if (answer && answer.times > 0) {
        answer.times -= 1;
        done(Object.assign(new Error('not now or never'), { responseCode: answer.code }));
      } else done();
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        const raw = Buffer.concat(chunks);
        mails.push({
          from: session.envelope.mailFrom ? session.envelope.mailFrom.address : '',
          to: session.envelope.rcptTo[0]?.address ?? '',
          secure: session.secure, account: String(session.user),
          parsed: await simpleParser(raw), raw: raw.toString(),
        });
        done();
      });
    },
  });
  server.on('error', () => { /* a client that hangs up is no fault of the test */ });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port, mails, answers,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

export interface Text { to: string; sender: string; text: string; id: string; coding: number; receipt: number }
export interface Centre {
  port: number;
  texts: Text[];
  // Statuses that the next submits are answered with, before one is taken.
  next: string[];
  // Receipts that were answered as kept.
  kept: string[];
  receipt(id: string, word: 'DELIVRD' | 'UNDELIV'): void;
  stop(): Promise<void>;
}

// Codes that confirm an address have six digits; the activation code is the one that statuses are for.
const activation = (pdu: any) => !/\b\d{6}\b/.test(pdu.short_message.message);

export async function startCentre(): Promise<Centre> {
  const texts: Text[] = [];
  const next: string[] = [];
  const kept: string[] = [];
  const sessions = new Set<any>();
  const server = smpp.createServer({}, (session: any) => {
    session.on('error', () => sessions.delete(session));
    session.on('close', () => sessions.delete(session));
    session.on('bind_transceiver', (pdu: any) => {
      const good = pdu.system_id === 'loket' && pdu.password === 'geheim';
      session.send(pdu.response(good ? {} : { command_status: smpp.ESME_RBINDFAIL }));
      if (good) sessions.add(session);
    });
    session.on('submit_sm', (pdu: any) => {
      const status = activation(pdu) ? next.shift() : undefined;
      if (status) {
        session.send(pdu.response({ command_status: smpp[status] }));
        return;
      }
      const id = `sm-${texts.length + 1}`;
      texts.push({
        to: pdu.destination_addr, sender: pdu.source_addr, text: pdu.short_message.message, id,
        coding: pdu.data_coding, receipt: pdu.registered_delivery,
      });
      session.send(pdu.response({ message_id: id }));
    });
    session.on('enquire_link', (pdu: any) => session.send(pdu.response()));
    session.on('unbind', (pdu: any) => { session.send(pdu.response()); session.close(); });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port, texts, next, kept,
    receipt(id, word) {
      for (const session of sessions) {
        session.deliver_sm({
          esm_class: 4, source_addr: texts.find((text) => text.id === id)?.to ?? '', destination_addr: 'LOKET',
          short_message: `id:${id} sub:001 dlvrd:001 submit date:2611231200 done date:2611231201 stat:${word} err:000 text:`,
        }, (answer: any) => { if (answer.command_status === 0) kept.push(id); });
      }
    },
    stop: () => new Promise<void>((resolve) => {
      for (const session of sessions) session.destroy?.();
      server.close(() => resolve());
    }),
  };
}

// The tables of a configuration for both, with a certificate of their own, in a folder of their own.
export function tables(
  relay: { port: number }, centre: { port: number }, made: { folder: string; certificate: string },
): string {
  const secret = (name: string, value: string) => {
    writeFileSync(join(made.folder, name), `${value}\n`);
    chmodSync(join(made.folder, name), 0o600);
  };
  secret('smtp.password', ACCOUNT.password);
  secret('smpp.password', 'geheim');
  const file = join(made.folder, 'messages.toml');
  writeFileSync(file, `
    [smtp]
    host = "localhost"
    port = ${relay.port}
    encryption = "starttls"
    username = "${ACCOUNT.username}"
    password_file = "smtp.password"
    from = "loket@loket.example.be"
    from_name = "Loket"
    returns = "terug@loket.example.be"
    extra_root_file = "relay.pem"
    [sms]
    sender = "LOKET"
    [sms.smpp]
    host = "127.0.0.1"
    port = ${centre.port}
    encryption = "none_on_loopback"
    system_id = "loket"
    password_file = "smpp.password"
  `);
  return file;
}

export function certificate(): { folder: string; certificate: string; key: string } {
  const folder = mkdtempSync(join(tmpdir(), 'loket-peers-'));
  const [certificate, key] = [join(folder, 'relay.pem'), join(folder, 'relay.key')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes',
    '-keyout', key, '-out', certificate, '-days', '2', '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=DNS:localhost', '-addext', 'basicConstraints=critical,CA:FALSE',
    '-addext', 'extendedKeyUsage=serverAuth'], { stdio: 'ignore' });
  return { folder, certificate, key };
}

// Waits until something is there, looking again and again.
export async function until<T>(look: () => T | undefined, what: string): Promise<T> {
  const end = Date.now() + 30_000;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
}
