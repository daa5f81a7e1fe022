// @ts-check
// Signing in with the card: the page's side of the Web eID protocol (window.postMessage). The texts
// stand on the server's pages; this module only leads to the right one.

const ACTION = 'web-eid:authenticate';
// The extension acknowledges within a second, or it is not there.
const ACKNOWLEDGED_WITHIN = 1000;
// A person may look for card and PIN for two minutes.
const ANSWERED_WITHIN = 120_000;

/** Codes of the protocol and the page that explains each. */
const PAGES = new Map([
  ['ERR_WEBEID_EXTENSION_UNAVAILABLE', 'no_extension'],
  ['ERR_WEBEID_NATIVE_UNAVAILABLE', 'no_app'],
  ['ERR_WEBEID_VERSION_MISMATCH', 'no_app'],
  ['ERR_WEBEID_VERSION_INVALID', 'no_app'],
  ['ERR_WEBEID_USER_CANCELLED', 'cancelled'],
  ['ERR_WEBEID_USER_TIMEOUT', 'timeout'],
  ['ERR_WEBEID_ACTION_TIMEOUT', 'timeout'],
  ['ERR_WEBEID_ACTION_PENDING', 'challenge'],
  ['ERR_WEBEID_CONTEXT_INSECURE', 'insecure'],
  ['ERR_WEBEID_NATIVE_FATAL', 'card_removed'],
]);

class Failure extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/**
 * Asks the extension for a token.
 * @param {string} challengeNonce
 * @returns {Promise<Record<string, unknown>>}
 */
function authenticate(challengeNonce) {
  return new Promise((resolve, reject) => {
    let timer = setTimeout(() => end(() => reject(new Failure('ERR_WEBEID_EXTENSION_UNAVAILABLE'))), ACKNOWLEDGED_WITHIN);
    /** @param {() => void} then */
    function end(then) {
      clearTimeout(timer);
      window.removeEventListener('message', listen);
      then();
    }
    /** @param {MessageEvent} event */
    function listen(event) {
      if (event.source !== window || event.origin !== window.location.origin) return;
      const message = event.data;
      if (message === null || typeof message !== 'object') return;
      if (message.action === `${ACTION}-ack`) {
        clearTimeout(timer);
        timer = setTimeout(() => end(() => reject(new Failure('ERR_WEBEID_USER_TIMEOUT'))), ANSWERED_WITHIN);
      } else if (message.action === `${ACTION}-success`) {
        end(() => resolve(token(message)));
      } else if (message.action === `${ACTION}-failure`) {
        end(() => reject(new Failure(String(message.error?.code))));
      }
    }
    window.addEventListener('message', listen);
    const options = { lang: document.documentElement.lang, userInteractionTimeout: ANSWERED_WITHIN };
    window.postMessage({ action: ACTION, libraryVersion: '2.0.2', challengeNonce, options }, window.location.origin);
  });
}

/**
 * The fields of a token and nothing else of the message.
 * @param {Record<string, unknown>} message
 * @returns {Record<string, unknown>}
 */
function token(message) {
  /** @type {Record<string, unknown>} */
  const fields = {};
  for (const name of ['unverifiedCertificate', 'algorithm', 'signature', 'format', 'appVersion']) {
    const value = message[name];
    if (typeof value === 'string') fields[name] = value;
  }
  // Format 1.1 brings certificates along.
  for (const name of ['unverifiedSigningCertificates', 'unverifiedIntermediateCertificates']) {
    if (Array.isArray(message[name])) fields[name] = message[name];
  }
  return fields;
}

/** @param {unknown} next */
function go(next) {
  const ours = typeof next === 'string' && next.startsWith('/') && !next.startsWith('//');
  window.location.assign(ours ? next : '/sign-in/failed?code=broken');
}

/**
 * @param {HTMLElement} busy
 * @param {string} send where the token goes
 * @param {HTMLElement | null} then the form that waits for the card, instead of another page
 */
async function signIn(busy, send, then) {
  busy.hidden = false;
  try {
    const given = await fetch('/sign-in/challenge', { method: 'POST' });
    if (!given.ok) throw new Failure('broken');
    const { nonce } = await given.json();
    const proof = await authenticate(nonce);
    const taken = await fetch(send, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(proof),
    });
    const { next } = await taken.json();
    if (!(then instanceof HTMLFormElement)) return go(next);
    if (!taken.ok) throw new Failure('refused');
    /** @type {NodeListOf<HTMLElement>} */
    const parts = document.querySelectorAll('[data-after-card]');
    for (const part of parts) part.hidden = part.dataset.afterCard === 'hide';
    then.requestSubmit();
  } catch (error) {
    // What was typed stands in the form that waits: another page would lose it.
    if (then) throw error;
    const page = error instanceof Failure ? PAGES.get(error.code) : undefined;
    go(`/sign-in/failed?code=${page ?? 'broken'}`);
  }
}

const button = document.getElementById('sign-in-with-card');
const busy = document.getElementById('sign-in-status');
if (button instanceof HTMLButtonElement && busy) {
  const usual = busy.textContent;
  button.disabled = false;
  button.addEventListener('click', async () => {
    button.disabled = true;
    busy.textContent = usual;
    try {
      await signIn(busy, button.dataset.send ?? '/sign-in', document.getElementById(button.dataset.then ?? ''));
    } catch {
      busy.textContent = button.dataset.failed ?? usual;
      button.disabled = false;
    }
  });
  // The back button may bring the page as it was left.
  window.addEventListener('pageshow', () => {
    button.disabled = false;
    busy.hidden = true;
  });
}
