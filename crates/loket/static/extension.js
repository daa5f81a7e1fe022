// Stands in for the Web eID browser extension in a demonstration: the same messages of
// window.postMessage, with software cards instead of a reader. Never part of a production program.

const STATUS = "web-eid:status";
const AUTHENTICATE = "web-eid:authenticate";
const VERSION = "0.0.0+demonstration";

let pending = false;

function reply(action, content = {}) {
  window.postMessage({ action, ...content }, window.location.origin);
}

function fail(action, code, message) {
  reply(`${action}-failure`, { error: { code, message, name: code } });
}

window.addEventListener("message", (event) => {
  if (event.source !== window || event.origin !== window.location.origin) return;
  const message = event.data;
  if (message === null || typeof message !== "object") return;
  if (message.action === STATUS) {
    reply(`${STATUS}-ack`);
    reply(`${STATUS}-success`, {
      library: message.libraryVersion, extension: VERSION, nativeApp: VERSION,
    });
  } else if (message.action === AUTHENTICATE) {
    reply(`${AUTHENTICATE}-ack`);
    authenticate(message);
  }
});

async function authenticate(message) {
  if (pending) return fail(AUTHENTICATE, "ERR_WEBEID_ACTION_PENDING", "another one is open");
  if (typeof message.challengeNonce !== "string") {
    return fail(AUTHENTICATE, "ERR_WEBEID_MISSING_PARAMETER", "challengeNonce is missing");
  }
  pending = true;
  try {
    const language = document.documentElement.lang;
    const answer = await fetch(`/demo/cards?language=${encodeURIComponent(language)}`);
    const { cards, pin, texts } = await answer.json();
    const token = await chooseCard(cards, pin, texts, message.challengeNonce);
    if (token === null) fail(AUTHENTICATE, "ERR_WEBEID_USER_CANCELLED", "cancelled");
    else reply(`${AUTHENTICATE}-success`, token);
  } catch (error) {
    fail(AUTHENTICATE, "ERR_WEBEID_NATIVE_UNAVAILABLE", String(error));
  } finally {
    pending = false;
  }
}

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== false) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

function choice(card, index) {
  const id = `demo-card-${card.key}`;
  return element("div", { class: "choice" },
    element("input", {
      type: "radio", name: "demo-card", value: card.key, id, checked: index === 0,
      "aria-describedby": `${id}-shows`,
    }),
    element("div", {},
      element("label", { for: id }, card.name),
      element("span", { class: "hint", id: `${id}-shows` }, card.shows)));
}

// Resolves to the token, or to null when the dialog is cancelled.
function chooseCard(cards, pin, texts, challenge) {
  const pinField = element("input", {
    type: "password", id: "demo-pin", inputmode: "numeric", autocomplete: "off", required: true,
    maxlength: "12", class: "code", "aria-describedby": "demo-pin-hint demo-card-fault",
  });
  const fault = element("p", { class: "message", id: "demo-card-fault", role: "alert" });
  const cancel = element("button", { type: "button", class: "button quiet" }, texts.cancel);
  const form = element("form", { method: "dialog" },
    element("h2", { id: "demo-card-title" }, texts.title),
    element("p", {}, texts.lede),
    element("fieldset", {}, element("legend", {}, texts.choose), ...cards.map(choice)),
    element("div", { class: "field" },
      element("label", { for: "demo-pin" }, texts.pin),
      element("span", { class: "hint", id: "demo-pin-hint" }, `${texts.pinHint} ${pin}`),
      pinField),
    fault,
    element("div", { class: "actions" }, element("button", {}, texts.sign), cancel));
  const dialog = element("dialog", { class: "demo-cards", "aria-labelledby": "demo-card-title" }, form);
  document.body.append(dialog);

  return new Promise((resolve) => {
    let token = null;
    cancel.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => { dialog.remove(); resolve(token); });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const card = new FormData(form).get("demo-card");
      fault.textContent = "";
      try {
        const answer = await fetch(`/demo/cards/${encodeURIComponent(card)}/authenticate`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ challenge, origin: window.location.origin, pin: pinField.value }),
        });
        const body = await answer.json();
        if (answer.ok) {
          token = body;
          dialog.close();
          return;
        }
        fault.textContent = body.message;
      } catch (error) {
        fault.textContent = texts.broken;
      }
      pinField.value = "";
      pinField.focus();
    });
    dialog.showModal();
  });
}
