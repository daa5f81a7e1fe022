// @ts-check
// Making and showing a passkey. The texts stand in the page; this module only shows the right one. It
// turns JSON into what the browser wants by itself: browsers that know passkeys are older than those
// that can do that.

/** @param {string} problem */
function show(problem) {
  const notice = document.getElementById('passkey-problem');
  if (!notice) return;
  for (const text of notice.querySelectorAll('[data-problem]')) {
    if (text instanceof HTMLElement) text.hidden = text.dataset.problem !== problem;
  }
  notice.hidden = false;
  notice.focus();
}

/** @param {boolean} busy */
function setBusy(busy) {
  const text = document.querySelector('#passkey-status [data-status="busy"]');
  if (text instanceof HTMLElement) text.hidden = !busy;
  const notice = document.getElementById('passkey-problem');
  if (busy && notice) notice.hidden = true;
}

/** @param {string} text base64url */
function bytes(text) {
  return Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
}

/** @param {ArrayBuffer | null} buffer */
function text(buffer) {
  if (!buffer) return undefined;
  let all = '';
  for (const byte of new Uint8Array(buffer)) all += String.fromCharCode(byte);
  return btoa(all).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

/** @param {any[]} [list] */
const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

/** @param {any} options */
const toMake = (options) => ({
  ...options,
  challenge: bytes(options.challenge),
  user: { ...options.user, id: bytes(options.user.id) },
  excludeCredentials: named(options.excludeCredentials),
});

/** @param {any} options */
const toShow = (options) => ({
  ...options,
  challenge: bytes(options.challenge),
  allowCredentials: named(options.allowCredentials),
});

/** @param {PublicKeyCredential} credential */
function written(credential) {
  /** @type {any} */
  const said = credential.response;
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    extensions: credential.getClientExtensionResults(),
    response: {
      clientDataJSON: text(said.clientDataJSON),
      ...(said.attestationObject
        ? { attestationObject: text(said.attestationObject), transports: said.getTransports ? said.getTransports() : undefined }
        : { authenticatorData: text(said.authenticatorData), signature: text(said.signature), userHandle: text(said.userHandle) }),
    },
  };
}

/**
 * @param {string} address
 * @param {unknown} body
 */
async function post(address, body) {
  return fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/**
 * One attempt from click to result; returns the problem to show, or goes on to the next page.
 * @param {HTMLButtonElement} button
 * @param {(options: any) => Promise<Credential | null>} ask
 * @returns {Promise<string | undefined>}
 */
async function attempt(button, ask) {
  const wish = button.dataset.wish;
  const bound = wish === undefined ? {} : { wish };
  const given = await post(button.dataset.options ?? '', bound);
  if (!given.ok) return 'ended';
  const credential = await ask((await given.json()).publicKey);
  if (!(credential instanceof PublicKeyCredential)) return 'cancelled';
  const taken = await post(button.dataset.finish ?? '', { ...bound, answer: written(credential) });
  if (taken.status === 422) return 'failed';
  if (!taken.ok) return 'ended';
  const { next } = await taken.json();
  if (typeof next !== 'string' || !next.startsWith('/') || next.startsWith('//')) return 'failed';
  location.assign(next);
  return undefined;
}

/** @param {unknown} error */
function problemOf(error) {
  if (!(error instanceof DOMException)) return 'failed';
  if (error.name === 'InvalidStateError' && document.querySelector('[data-problem="exists"]')) return 'exists';
  return ['NotAllowedError', 'AbortError'].includes(error.name) ? 'cancelled' : 'failed';
}

/**
 * @param {string} id
 * @param {(options: any) => Promise<Credential | null>} ask
 */
function listen(id, ask) {
  const button = document.getElementById(id);
  if (!(button instanceof HTMLButtonElement)) return;
  button.addEventListener('click', async (event) => {
    // Without a script the button leads to what to do instead; with one it stays here.
    event.preventDefault();
    if (!('PublicKeyCredential' in window)) {
      show('unsupported');
      return;
    }
    button.disabled = true;
    setBusy(true);
    let problem;
    try {
      problem = await attempt(button, ask);
    } catch (error) {
      problem = problemOf(error);
    }
    if (problem) {
      button.disabled = false;
      setBusy(false);
      show(problem);
    }
  });
}

listen('make-passkey', (options) => navigator.credentials.create({ publicKey: toMake(options) }));
listen('try-passkey', (options) => navigator.credentials.get({ publicKey: toShow(options) }));
