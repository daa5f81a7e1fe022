// @ts-check
// Goes on from a page that has nothing to ask: without this, its button or link does.
const way = document.getElementById('go-on');
if (way instanceof HTMLFormElement) way.submit();
else if (way instanceof HTMLAnchorElement) window.location.assign(way.href);
