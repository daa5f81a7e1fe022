// @ts-check
// Keeps one part of a page true without reloading it: asks for the page again every few seconds and
// replaces the element `#live` when it says something else. A part that somebody is using (focus
// inside it) waits; a page that cannot be had is tried again. Stops while the tab is hidden.

const live = document.getElementById('live');
const every = Number(live?.dataset.every ?? '5') * 1000;

/**
 * What a part says. Every form carries a new value each time; a change of that alone is none.
 * @param {Element} part
 */
const says = (part) => part.innerHTML.replace(/name="wish" value="[^"]*"/g, '');
let shown = live ? says(live) : '';

/** @param {XMLHttpRequest} answer @param {string} at */
function take(answer, at) {
  if (new URL(answer.responseURL).pathname !== at) {
    location.assign(answer.responseURL);
    return;
  }
  const next = answer.responseXML?.getElementById('live');
  const here = document.getElementById('live');
  if (answer.status !== 200 || !next || !here || says(next) === shown) return;
  shown = says(next);
  here.replaceChildren(...next.childNodes);
}

function look() {
  const here = document.getElementById('live');
  if (!here || document.hidden || here.contains(document.activeElement)) return;
  const at = here.dataset.at ?? location.pathname;
  // The browser parses the answer itself: no script turns text into a page (trusted types).
  const request = new XMLHttpRequest();
  request.open('GET', at);
  request.responseType = 'document';
  // Tells the server that nobody is at work here: looking again keeps no session open.
  request.setRequestHeader('loket-live', '1');
  request.onload = () => take(request, at);
  request.send();
}

if (live) setInterval(look, every);
