// The page: brings the parts together and hears what happens.

import { listen } from './api.js';
import { showChats, title } from './chats.js';
import { prepareSheet, showClock, wireClock } from './clock.js';
import * as composer from './composer.js';
import { $, $$, toast } from './dom.js';
import * as log from './log.js';
import { showOutside, showPeople, showWho } from './people.js';
import { become, forgetLogs, load, openLog, sitsIn, sitters, store, take } from './store.js';
import { WORDS } from './words.js';

let stream = null;
let rearranging = 0;

async function start() {
  wire();
  await reload();
  document.body.classList.add('ready');
}

// Begins anew from the room as it is.
async function reload() {
  stream?.close();
  await load();
  forgetLogs();
  stream = listen(store.cursor, heard, (connected) => { $('.offline').hidden = connected; });
  showClock();
  showWho();
  await openFromAddress();
}

function wire() {
  wireClock();
  composer.wireComposer();
  log.wireLog({ reply: composer.reply, edit: composer.edit, view, seen: showChats });
  window.addEventListener('hashchange', () => guarded(openFromAddress));
  document.addEventListener('visibilitychange', log.markSeen);
  $('#filter').addEventListener('input', showChats);
  $('#people-filter').addEventListener('input', () => showPeople(choose));
  $('.back').addEventListener('click', () => { location.hash = ''; });
  for (const button of $$('[data-open]')) button.addEventListener('click', () => openSheet(button.dataset.open));
  for (const sheet of $$('dialog')) {
    sheet.addEventListener('click', (event) => {
      if (event.target === sheet || event.target.closest('[data-close]')) sheet.close();
    });
  }
}

function openSheet(name) {
  if (name === 'people-sheet') {
    $('#people-filter').value = '';
    showPeople(choose);
  } else prepareSheet();
  $(`#${name}`).showModal();
}

function choose(account) {
  become(account);
  $('#people-sheet').close();
  showWho();
  const narrow = matchMedia('(max-width: 760px)').matches;
  const group = store.me.chats.find((chat) => store.chats.get(chat)?.kind === 'group') ?? store.me.chats[0];
  const elsewhere = !sitsIn(store.me, store.chat) && group && (store.chat !== null || !narrow);
  if (elsewhere) location.hash = encodeURIComponent(group);
  else guarded(showChat);
}

async function openFromAddress() {
  const wanted = decodeURIComponent(location.hash.slice(1));
  const narrow = matchMedia('(max-width: 760px)').matches;
  const first = store.me?.chats.find((chat) => store.chats.get(chat)?.kind === 'group');
  const chat = store.chats.has(wanted) ? wanted : narrow ? null : first ?? null;
  composer.changeChat(store.chat, chat);
  store.chat = chat;
  await showChat();
}

async function showChat() {
  const chat = store.chats.get(store.chat);
  $('#app').dataset.view = chat ? 'chat' : 'list';
  $('.room').classList.toggle('vacant', !chat);
  showChats();
  if (!chat) return;
  await openLog(chat.id);
  if (store.chat !== chat.id) return; // another was opened meanwhile
  const inside = sitsIn(store.me, chat.id);
  const members = sitters(chat.id);
  const bot = chat.present ? WORDS.withBot(store.bot) : WORDS.withoutBot(store.bot);
  $('.room-name h1').textContent = title(chat);
  $('.room-name p').textContent = chat.kind === 'private' ? WORDS.privateNote : WORDS.people(members.length, bot);
  $('#composer').hidden = !inside;
  $('#outside').hidden = inside;
  if (!inside) {
    composer.cancel();
    showOutside(chat, members, choose);
  }
  log.showLog();
  log.toBottom();
}

function heard(news) {
  switch (news.kind) {
    case 'hello':
      if (news.room !== store.room) guarded(reload);
      else setClock(news.now);
      break;
    case 'clock':
      setClock(news.now);
      break;
    case 'message':
      heardMessage(news);
      break;
    case 'toast':
      log.settle(news.press);
      if (news.words && news.account === store.me?.account) toast(news.words);
      break;
    case 'arranged':
      clearTimeout(rearranging);
      rearranging = setTimeout(() => guarded(rearranged), 120);
      break;
    default:
  }
}

function heardMessage({ message, new: fresh }) {
  const unknown = take(message, fresh);
  const chat = store.chats.get(message.chat);
  const open = message.chat === store.chat;
  if (!fresh && message.author === null) log.settleCard(message.id);
  if (unknown && chat && message.author !== store.me?.account) chat.unread += 1;
  if (unknown && open) log.addMessage(message);
  else if (open) log.changeMessage(message);
  showChats();
}

function setClock(now) {
  store.now = now;
  showClock();
}

// People or chats changed; the logs stay as they are.
async function rearranged() {
  await load();
  showClock();
  showWho();
  await showChat();
}

function view(address, name) {
  const viewer = $('#viewer');
  $('img', viewer).src = address;
  $('img', viewer).alt = name;
  const link = $('a', viewer);
  link.href = `${address}?download`;
  link.download = name;
  link.textContent = `${WORDS.download} ${name}`;
  viewer.showModal();
}

function guarded(task) {
  Promise.resolve(task()).catch((fault) => toast(fault.message, 'bad'));
}

guarded(start);
