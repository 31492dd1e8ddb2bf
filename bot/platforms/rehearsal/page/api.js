// The room's server: questions, changes and the stream of what happens.

import { FAULTS } from './words.js';

export class Fault extends Error {
  constructor(key) {
    super(FAULTS[key] ?? FAULTS.unknown);
    this.key = key;
  }
}

async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, { credentials: 'omit', ...options });
  } catch {
    throw new Fault('unreachable');
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Fault(answer.error ?? 'unknown');
  return answer;
}

export const get = (path, query = {}) => ask(`${path}?${new URLSearchParams(query)}`);

export const post = (path, body) =>
  ask(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

export const postForm = (path, form) => ask(path, { method: 'POST', body: form });

// Calls `heard` with everything that happens after the cursor; the browser reconnects by itself.
export function listen(cursor, heard, connected) {
  const source = new EventSource(`/api/stream?after=${cursor}`);
  source.addEventListener('message', (event) => heard(JSON.parse(event.data)));
  source.addEventListener('open', () => connected(true));
  source.addEventListener('error', () => connected(false));
  return source;
}
