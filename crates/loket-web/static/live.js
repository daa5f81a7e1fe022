// @ts-check
// Keeps one part of a page true without reloading it: fetches the page again every few seconds and
// replaces the element `#live` when it says something else. A part that somebody is using (focus
// inside it) waits; a page that cannot be fetched is tried again. Stops when the tab is hidden.

const live = document.getElementById('live');
const every = Number(live?.dataset.every ?? '5') * 1000;
let shown = live?.innerHTML.replace(/name="wish" value="[^"]*"/g, '') ?? '';

async function look() {
  const here = document.getElementById('live');
  if (!here || document.hidden || here.contains(document.activeElement)) return;
  const at = here.dataset.at ?? location.pathname;
  // The header tells the server that nobody is at work here: looking again keeps no session open.
  const headers = { 'loket-live': '1' };
  const answer = await fetch(at, { credentials: 'same-origin', redirect: 'follow', headers });
  if (answer.redirected && new URL(answer.url).pathname !== at) {
    location.assign(answer.url);
    return;
  }
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const next = page.getElementById('live');
  if (!next) {
    location.reload();
    return;
  }
  // Every form carries a new value each time; a change of that alone is none.
  const says = next.innerHTML.replace(/name="wish" value="[^"]*"/g, '');
  if (says !== shown) {
    shown = says;
    here.replaceChildren(...next.childNodes);
  }
}

if (live) setInterval(() => { look().catch(() => undefined); }, every);
