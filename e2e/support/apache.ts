// Debian's Apache with mod_auth_openidc: a relying party that we did not write, as an unprivileged user on
// a port of its own, with nothing from /etc.
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

export interface Apache { url: string; stop(): Promise<void>; }
export interface Client { id: string; secret: string; }

const MODULES = '/usr/lib/apache2/modules';
const NOBODY = 65534;

export async function startApache(port: number, issuer: string, client: Client): Promise<Apache> {
  const folder = mkdtempSync(join(tmpdir(), 'loket-apache-'));
  const url = `http://localhost:${port}`;
  mkdirSync(join(folder, 'htdocs', 'behind'), { recursive: true });
  writeFileSync(join(folder, 'htdocs', 'behind', 'index.html'), '<!doctype html><title>behind</title>');
  writeFileSync(join(folder, 'htdocs', 'gone.html'), '<!doctype html><title>gone</title>');
  const load = (...names: string[]) =>
    names.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`).join('\n');
  writeFileSync(join(folder, 'apache.conf'), `
    ServerRoot "${folder}"
    ServerName localhost
    PidFile "${folder}/pid"
    ErrorLog "${folder}/error.log"
    DefaultRuntimeDir "${folder}"
    Listen 127.0.0.1:${port}
    ${load('mpm_event', 'authn_core', 'authz_core', 'authz_user', 'dir', 'mime', 'headers', 'include', 'auth_openidc')}
    TypesConfig /etc/mime.types
    DocumentRoot "${folder}/htdocs"
    DirectoryIndex index.html
    OIDCProviderMetadataURL ${issuer}/.well-known/openid-configuration
    OIDCClientID ${client.id}
    OIDCClientSecret ${client.secret}
    OIDCRedirectURI ${url}/behind/redirect
    OIDCCryptoPassphrase ${client.secret}-passphrase
    OIDCScope "openid profile email"
    OIDCPKCEMethod S256
    OIDCProviderTokenEndpointAuth client_secret_basic
    OIDCSSLValidateServer Off
    OIDCCookieSameSite Off
    OIDCPassClaimsAs headers
    OIDCAuthNHeader X-Subject
    <Location /behind>
      AuthType openid-connect
      Require valid-user
      Header always set X-Told-Acr "expr=%{req:OIDC_CLAIM_acr}"
      Header always set X-Told-Name "expr=%{req:OIDC_CLAIM_family_name}"
      Header always set X-Told-Email "expr=%{req:OIDC_CLAIM_email}"
      Header always set X-Told-Subject "expr=%{req:OIDC_CLAIM_sub}"
    </Location>
  `);
  chmodSync(folder, 0o755);
  // The tests may run as root; the server never does.
  const root = userInfo().uid === 0;
  if (root) chownSync(folder, NOBODY, NOBODY);
  const child = spawn('/usr/sbin/apache2', ['-f', join(folder, 'apache.conf'), '-D', 'FOREGROUND'], {
    stdio: ['ignore', 'ignore', 'pipe'], ...(root ? { uid: NOBODY, gid: NOBODY } : {}),
  });
  await answers(child, `${url}/gone.html`);
  return {
    url,
    async stop() {
      const over = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null) { child.kill('SIGTERM'); await over; }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answers(child: ChildProcess, address: string): Promise<void> {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const until = Date.now() + 20_000;
  while (Date.now() < until) {
    if (child.exitCode !== null) break;
    const answer = await fetch(address).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`apache does not answer: ${said}`);
}
