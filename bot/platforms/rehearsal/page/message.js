// One message: a person's bubble or the bot's card.

import { $, avatar, botAvatar, el, icon, linked } from './dom.js';
import { HATS, WORDS, size, time } from './words.js';

const INDENT = /^[ \u3000\t]+/u;
const NUMBERED = /^(\d{1,3}[.．、)）]?|[①-⑳]|[-·•●○■□◆▪✓✔✗×]|[🔴🟡🟢⚪⚫])\s+(.+)$/u;
const FOLLOWS = 5 * 60 * 1000;

// Whether a message goes on what the one before it began.
export function follows(message, previous) {
  return previous !== undefined && previous.author === message.author && message.at - previous.at < FOLLOWS
    && message.at >= previous.at && message.author !== null;
}

export function messageElement(message, context) {
  const bot = message.author === null;
  const mine = message.author === context.me?.account;
  const person = context.people.get(message.author);
  const kind = bot ? 'bot' : mine ? 'mine' : 'theirs';
  const element = el(
    'article',
    {
      class: `msg ${kind} ${context.follows ? 'follows' : ''}`,
      'data-testid': 'message',
      'data-message': message.id,
      'data-author': bot ? 'bot' : message.author,
    },
    bot ? botAvatar() : avatar(message.name),
    el(
      'div',
      { class: 'body' },
      el(
        'header',
        { class: 'by' },
        el('b', {}, mine ? `${message.name}（${WORDS.you}）` : message.name),
        person ? el('span', {}, role(person)) : null,
        el('time', { datetime: new Date(message.at).toISOString() }, time(message.at)),
        message.edited ? el('i', {}, bot ? WORDS.updated : WORDS.edited) : null,
      ),
      el('div', { class: 'bubble' }, ...bubble(message, context)),
      tools(message, mine, context),
    ),
  );
  $('.bubble', element).addEventListener('click', (event) => {
    const busy = event.target.closest('button, a, img') || !document.getSelection().isCollapsed;
    if (!busy && context.canSpeak) context.reply(message);
  });
  return element;
}

export const role = (person) =>
  person.department ? `${HATS[person.hat]} · ${person.department}` : HATS[person.hat];

function bubble(message, context) {
  const parts = [];
  if (message.quote) parts.push(quote(message.quote, context));
  if (message.title) parts.push(el('h3', { class: 'title', 'data-testid': 'card-title' }, message.title));
  if (message.lines.length) parts.push(el('div', { class: 'words', 'data-testid': 'words' }, ...message.lines.map(line)));
  const pictures = message.files.filter((file) => file.picture);
  const others = message.files.filter((file) => !file.picture);
  if (pictures.length) parts.push(el('div', { class: 'pictures' }, ...pictures.map((file) => picture(file, context))));
  parts.push(...others.map(fileChip));
  if (message.rows.length) {
    const rows = message.rows.map((row) => el('div', { class: 'row' }, ...row.map((each) => button(message, each, context))));
    parts.push(el('div', { class: 'rows' }, ...rows));
  }
  return parts;
}

function line(words) {
  if (!words.trim()) return el('div', { class: 'gap' });
  const indent = words.match(INDENT)?.[0] ?? '';
  const width = [...indent].reduce((sum, each) => sum + (each === ' ' ? 1 : 2), 0);
  const rest = words.slice(indent.length);
  const level = `indent-${Math.min(4, Math.ceil(width / 2))}`;
  const numbered = rest.match(NUMBERED);
  if (!numbered) return el('p', { class: `line ${level}` }, ...linked(rest));
  // The blank keeps the number apart from the words when the card is copied or read aloud.
  return el('p', { class: `line numbered ${level}` }, el('span', { class: 'number' }, `${numbered[1]} `),
    el('span', {}, ...linked(numbered[2])));
}

function quote(quoted, context) {
  return el(
    'button',
    { type: 'button', class: 'quote', on: { click: () => context.showMessage(quoted.id) } },
    el('b', {}, quoted.name),
    el('span', {}, quoted.words),
  );
}

const address = (file) => `/files/${encodeURIComponent(file.id)}/${encodeURIComponent(file.name)}`;

function picture(file, context) {
  return el(
    'button',
    { type: 'button', class: 'picture', 'aria-label': `${WORDS.picture} ${file.name}`, 'data-testid': 'picture',
      on: { click: () => context.view(address(file), file.name) } },
    el('img', { src: address(file), alt: file.name, loading: 'lazy' }),
  );
}

const ENDINGS = {
  xlsx: 'table', xls: 'table', csv: 'table', docx: 'text', doc: 'text', wps: 'text', pdf: 'print', zip: 'pack',
};

export function fileBadge(name) {
  const ending = name.includes('.') ? name.split('.').pop().toLowerCase() : '';
  return el('span', { class: `ending ${ENDINGS[ending] ?? 'plain'}`, 'aria-hidden': 'true' },
    (ending || '?').slice(0, 4).toUpperCase());
}

function fileChip(file) {
  return el(
    'a',
    { class: 'file', href: `${address(file)}?download`, download: file.name, 'data-testid': 'file-chip' },
    fileBadge(file.name),
    el('span', { class: 'file-name' }, el('b', {}, file.name), el('small', {}, `${size(file.size)} · ${WORDS.download}`)),
    icon('down'),
  );
}

function button(message, shown, context) {
  const pending = context.pending(message.id, shown.token);
  return el(
    'button',
    {
      type: 'button',
      class: `press ${shown.style} ${pending ? 'pending' : ''}`,
      'data-testid': 'card-button',
      'data-token': shown.token,
      'aria-busy': pending ? 'true' : null,
      disabled: pending || !context.canSpeak,
      on: { click: () => context.press(message, shown) },
    },
    el('span', {}, shown.label),
  );
}

function tools(message, mine, context) {
  if (!context.canSpeak) return null;
  const editable = mine && message.lines.length > 0;
  return el(
    'div',
    { class: 'tools' },
    tool('reply', WORDS.reply, () => context.reply(message)),
    editable ? tool('edit', WORDS.edit, () => context.edit(message)) : null,
  );
}

function tool(name, label, click) {
  return el('button', { type: 'button', class: 'tool', title: label, 'aria-label': label,
    'data-testid': `message-${name}`, on: { click } }, icon(name));
}
