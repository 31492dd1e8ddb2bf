// What the page knows of the room, and who the visitor is in this tab.

import { get } from './api.js';

export const store = {
  room: '',
  bot: '',
  now: 0,
  cursor: 0,
  people: new Map(),
  chats: new Map(),
  me: null,
  chat: null,
  logs: new Map(), // chat → { messages, earlier }
  presses: new Map(), // number of the press → { message, token }
};

const ME = 'rehearsal-me';

export async function load() {
  const state = await get('/api/state');
  store.room = state.room;
  store.bot = state.bot;
  store.now = state.now;
  store.cursor = state.cursor;
  store.people = new Map(state.people.map((person) => [person.account, person]));
  store.chats = new Map(state.chats.map((chat) => [chat.id, chat]));
  store.me = store.people.get(sessionStorage.getItem(ME)) ?? state.people[0] ?? null;
  if (!store.chats.has(store.chat)) store.chat = null;
}

export function become(account) {
  store.me = store.people.get(account);
  sessionStorage.setItem(ME, account);
}

export const sitsIn = (person, chat) => Boolean(person?.chats.includes(chat));

export const sitters = (chat) => [...store.people.values()].filter((person) => sitsIn(person, chat));

const loading = new Map(); // chat → messages heard while its log is on the way

export async function openLog(chat) {
  if (store.logs.has(chat)) return;
  loading.set(chat, []);
  const log = await get('/api/messages', { chat });
  const late = new Map(loading.get(chat).map((message) => [message.id, message]));
  const known = log.messages.map((message) => late.get(message.id) ?? message);
  for (const message of known) late.delete(message.id);
  const newest = Number(known.at(-1)?.id ?? 0);
  store.logs.set(chat, { ...log, messages: [...known, ...[...late.values()].filter((each) => Number(each.id) > newest)] });
  loading.delete(chat);
}

export async function loadEarlier(chat) {
  const log = store.logs.get(chat);
  const { messages, earlier } = await get('/api/messages', { chat, before: log.messages[0].id });
  log.messages = [...messages, ...log.messages];
  log.earlier = earlier;
}

// Takes a message in; returns whether the page had not known it.
export function take(message, fresh) {
  loading.get(message.chat)?.push(message);
  const log = store.logs.get(message.chat);
  const place = log?.messages.findIndex((each) => each.id === message.id) ?? -1;
  if (place >= 0) log.messages[place] = message;
  else if (fresh) log?.messages.push(message);
  const chat = store.chats.get(message.chat);
  const words = message.title || message.lines.find((line) => line.trim()) || message.files[0]?.name || '';
  if (chat && (fresh || chat.last?.id === message.id)) {
    chat.last = { id: message.id, author: message.author, name: message.name, words, at: message.at };
  }
  return fresh && place < 0;
}

export function forgetLogs() {
  store.logs.clear();
}
