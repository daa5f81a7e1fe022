// @ts-check
// Sends the form of a page that has nothing to ask: without this, its button does.
const form = document.getElementById('go-on');
if (form instanceof HTMLFormElement) form.submit();
