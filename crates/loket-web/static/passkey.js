// @ts-check
// Making and trying a passkey. The texts stand in the page; this module only shows the right one.

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
  const taken = await post(button.dataset.finish ?? '', { ...bound, answer: credential.toJSON() });
  if (taken.status === 422) return 'failed';
  if (!taken.ok) return 'ended';
  const { next } = await taken.json();
  if (typeof next !== 'string' || !next.startsWith('/') || next.startsWith('//')) return 'failed';
  location.assign(next);
  return undefined;
}

/**
 * @param {string} id
 * @param {(options: any) => Promise<Credential | null>} ask
 */
function listen(id, ask) {
  const button = document.getElementById(id);
  if (!(button instanceof HTMLButtonElement)) return;
  button.addEventListener('click', async () => {
    if (!('PublicKeyCredential' in window) || !('parseCreationOptionsFromJSON' in PublicKeyCredential)) {
      show('unsupported');
      return;
    }
    button.disabled = true;
    setBusy(true);
    let problem;
    try {
      problem = await attempt(button, ask);
    } catch (error) {
      const cancelled = error instanceof DOMException && ['NotAllowedError', 'AbortError'].includes(error.name);
      problem = cancelled ? 'cancelled' : 'failed';
    }
    if (problem) {
      button.disabled = false;
      setBusy(false);
      show(problem);
    }
  });
}

listen('make-passkey', (options) =>
  navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }));
listen('try-passkey', (options) =>
  navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }));
