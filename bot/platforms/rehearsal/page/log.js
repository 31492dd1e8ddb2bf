// The messages of the chosen chat.

import { post } from './api.js';
import { $, el, toast } from './dom.js';
import { follows, messageElement } from './message.js';
import { loadEarlier, sitsIn, store } from './store.js';
import { WORDS, day, sameDay } from './words.js';

const NEAR = 120;
const PRESS_PATIENCE = 12000;

let actions = {};
let missed = 0;

export function wireLog(wanted) {
  actions = wanted;
  const log = $('#log');
  log.addEventListener('scroll', () => {
    if (atBottom()) {
      missed = 0;
      markSeen();
    }
    showJump();
  });
  $('#jump').addEventListener('click', toBottom);
  // Pictures and fonts arrive late; who was at the bottom stays there.
  new ResizeObserver(() => stuck && toBottom()).observe(log);
  log.addEventListener('load', () => stuck && toBottom(), true);
}

let stuck = true;

const atBottom = () => {
  const log = $('#log');
  stuck = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
  return stuck;
};

export function toBottom() {
  const log = $('#log');
  log.scrollTop = log.scrollHeight;
  stuck = true;
  missed = 0;
  showJump();
  markSeen();
}

function showJump() {
  $('#jump').hidden = atBottom();
  $('#jump span').textContent = missed ? WORDS.newMessages(missed) : WORDS.toBottom;
}

const entries = () => store.logs.get(store.chat) ?? { messages: [], earlier: false };

export function showLog() {
  const { messages, earlier } = entries();
  const nodes = [];
  if (earlier) {
    nodes.push(el('button', { type: 'button', class: 'earlier', on: { click: showEarlier } }, WORDS.earlier));
  }
  messages.forEach((message, place) => nodes.push(...nodesOf(message, messages[place - 1])));
  if (!messages.length) nodes.push(el('p', { class: 'none' }, WORDS.saySomething));
  $('#log').replaceChildren(...nodes);
}

function nodesOf(message, previous) {
  const newDay = previous === undefined || !sameDay(previous.at, message.at);
  const separator = newDay ? [el('p', { class: 'day' }, el('span', {}, day(message.at)))] : [];
  return [...separator, elementOf(message, !newDay && follows(message, previous))];
}

function elementOf(message, goesOn) {
  return messageElement(message, {
    me: store.me,
    people: store.people,
    follows: goesOn,
    canSpeak: sitsIn(store.me, store.chat),
    reply: actions.reply,
    edit: actions.edit,
    view: actions.view,
    showMessage,
    press,
    pending: (id, token) => [...store.presses.values()].some((each) => each.message === id && each.token === token),
  });
}

const nodeOf = (id) => $(`[data-message="${CSS.escape(id)}"]`, $('#log'));

export function addMessage(message) {
  const { messages } = entries();
  const wasAtBottom = atBottom();
  if (messages.length === 1) $('#log').replaceChildren();
  $('#log').append(...nodesOf(message, messages[messages.length - 2]));
  if (wasAtBottom || message.author === store.me?.account) toBottom();
  else {
    missed += 1;
    showJump();
  }
}

export function changeMessage(message, news = true) {
  const old = nodeOf(message.id);
  if (!old) return;
  const token = document.activeElement?.dataset?.token;
  const held = token && old.contains(document.activeElement);
  const wasAtBottom = atBottom();
  const fresh = elementOf(message, old.classList.contains('follows'));
  fresh.classList.toggle('changed', news);
  old.replaceWith(fresh);
  if (held) $(`[data-token="${CSS.escape(token)}"]`, fresh)?.focus({ preventScroll: true });
  if (wasAtBottom) toBottom();
}

export function redraw(id) {
  const message = entries().messages.find((each) => each.id === id);
  if (message) changeMessage(message, false);
}

async function showEarlier() {
  const log = $('#log');
  const height = log.scrollHeight;
  try {
    await loadEarlier(store.chat);
  } catch (fault) {
    toast(fault.message, 'bad');
    return;
  }
  showLog();
  log.scrollTop = log.scrollHeight - height;
}

async function showMessage(id) {
  while (!nodeOf(id) && entries().earlier) await showEarlier();
  const node = nodeOf(id);
  if (!node) return;
  node.scrollIntoView({ block: 'center', behavior: 'smooth' });
  node.classList.remove('pointed');
  requestAnimationFrame(() => node.classList.add('pointed'));
}

async function press(message, button) {
  const waiting = { message: message.id, token: button.token };
  const ticket = `asked-${message.id}-${button.token}`;
  store.presses.set(ticket, waiting);
  redraw(message.id);
  try {
    const answer = await post('/api/press', {
      chat: message.chat, account: store.me.account, message: message.id, token: button.token,
    });
    store.presses.delete(ticket);
    if (answeredEarly.delete(answer.press)) redraw(message.id);
    else store.presses.set(answer.press, waiting);
    setTimeout(() => settle(answer.press), PRESS_PATIENCE);
  } catch (fault) {
    store.presses.delete(ticket);
    redraw(message.id);
    toast(fault.message, 'bad');
  }
}

const answeredEarly = new Set(); // the stream may be faster than the answer to the press

// A press was answered: its button is free again.
export function settle(number) {
  const pressed = store.presses.get(number);
  if (!pressed) {
    answeredEarly.add(number);
    return;
  }
  store.presses.delete(number);
  redraw(pressed.message);
}

// The card itself changed: whatever was pressed on it has had its effect.
export function settleCard(id) {
  for (const [number, pressed] of store.presses) {
    if (pressed.message === id && typeof number === 'number') store.presses.delete(number);
  }
}

const seen = new Map(); // chat → the last message the visitor saw

export function markSeen() {
  const chat = store.chats.get(store.chat);
  const last = entries().messages.at(-1);
  if (!chat || !last || seen.get(chat.id) === last.id || document.hidden || !atBottom()) return;
  seen.set(chat.id, last.id);
  chat.unread = 0;
  actions.seen();
  post('/api/seen', { chat: chat.id, upto: last.id }).catch((fault) => toast(fault.message, 'bad'));
}
