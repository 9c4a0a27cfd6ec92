import { createHash } from 'node:crypto';

/**
 * What the page runs: when the server says that something changed, the page is fetched again and its contents take the
 * place of the old ones. What is open stays open, the focus stays where it was, and the page does not scroll.
 */
export const SCRIPT = `
const follow = async () => {
  const answer = await fetch('/', { cache: 'no-store' });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('main');
  const old = document.querySelector('main');
  const focused = document.activeElement && document.activeElement.id;
  for (const { id } of old.querySelectorAll('details[open]')) {
    const same = fresh.querySelector('#' + CSS.escape(id));
    if (same) same.open = true;
  }
  old.replaceWith(document.adoptNode(fresh));
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
};
let running = Promise.resolve();
let waiting = false;
const changed = () => {
  if (waiting) return;
  waiting = true;
  running = running.then(() => { waiting = false; return follow(); }).catch(() => {});
};
const events = new EventSource('/events');
events.onmessage = changed;
`;

export const SCRIPT_HASH = createHash('sha256').update(SCRIPT).digest('base64');
