// Loads the page of received messages again when there is a new one. Without JavaScript the link
// on the page does.

const list = document.querySelector("[data-count]");

async function look() {
  try {
    const answer = await fetch("/demo/messages/count");
    const { count } = await answer.json();
    if (String(count) !== list.dataset.count) window.location.reload();
  } catch {
    // The demonstration was stopped; the next look finds it again.
  }
}

if (list !== null) setInterval(look, 1500);
