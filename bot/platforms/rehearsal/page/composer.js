// Writing: words, files, a reply or a correction.

import { post, postForm } from './api.js';
import { $, el, icon, toast } from './dom.js';
import { fileBadge } from './message.js';
import { store } from './store.js';
import { WORDS, size } from './words.js';

const FILE_LIMIT = 20 * 1024 * 1024;
const FILES = 10;

const draft = { replying: null, editing: null, files: [], sending: false };
const kept = new Map(); // chat → words not yet sent

const text = () => $('#text');

export function reply(message) {
  draft.editing = null;
  draft.replying = message;
  showContext();
  text().focus();
}

export function edit(message) {
  draft.replying = null;
  draft.editing = message;
  text().value = message.lines.join('\n');
  showContext();
  grow();
  text().focus();
}

export function cancel() {
  if (draft.editing) text().value = '';
  draft.replying = null;
  draft.editing = null;
  showContext();
  grow();
}

// Another chat is opened: its own unsent words come back.
export function changeChat(from, to) {
  if (from !== null && !draft.editing) kept.set(from, text().value);
  Object.assign(draft, { replying: null, editing: null, files: [] });
  text().value = kept.get(to) ?? '';
  showContext();
  showFiles();
  grow();
}

export function wireComposer() {
  $('#composer').addEventListener('submit', (event) => {
    event.preventDefault();
    send();
  });
  text().addEventListener('input', grow);
  text().addEventListener('keydown', (event) => {
    const touch = matchMedia('(pointer: coarse)').matches;
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && !touch) {
      event.preventDefault();
      send();
    }
    if (event.key === 'Escape') cancel();
  });
  text().addEventListener('paste', (event) => {
    if (event.clipboardData.files.length) {
      event.preventDefault();
      addFiles(event.clipboardData.files);
    }
  });
  $('#context button').addEventListener('click', () => {
    cancel();
    text().focus();
  });
  $('#attach').addEventListener('click', () => $('#file').click());
  $('#file').addEventListener('change', (event) => {
    addFiles(event.target.files);
    event.target.value = '';
  });
  wireDrop($('.room'));
}

function wireDrop(room) {
  let depth = 0;
  const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes('Files');
  const show = (on) => room.classList.toggle('dropping', on);
  room.addEventListener('dragenter', (event) => {
    if (!carries(event) || $('#composer').hidden) return;
    depth += 1;
    show(true);
  });
  room.addEventListener('dragleave', () => {
    depth = Math.max(0, depth - 1);
    show(depth > 0);
  });
  room.addEventListener('dragover', (event) => carries(event) && event.preventDefault());
  room.addEventListener('drop', (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    depth = 0;
    show(false);
    if (!$('#composer').hidden) addFiles(event.dataTransfer.files);
  });
}

function addFiles(files) {
  if (draft.editing) cancel();
  for (const file of files) {
    if (file.size > FILE_LIMIT) toast(WORDS.tooLarge(file.name), 'bad');
    else if (draft.files.length === FILES) toast(WORDS.tooMany, 'bad');
    else draft.files.push(file);
  }
  showFiles();
  text().focus();
}

function showFiles() {
  const list = $('#files');
  list.hidden = !draft.files.length;
  list.replaceChildren(...draft.files.map((file) => el(
    'li',
    { class: 'pending-file', 'data-testid': 'pending-file' },
    fileBadge(file.name),
    el('span', { class: 'file-name' }, el('b', {}, file.name), el('small', {}, size(file.size))),
    el('button', { type: 'button', class: 'round', 'aria-label': WORDS.remove(file.name),
      on: { click: () => { draft.files = draft.files.filter((each) => each !== file); showFiles(); } } }, icon('close')),
  )));
}

function showContext() {
  const about = draft.editing ?? draft.replying;
  $('#context').hidden = !about;
  const editing = Boolean(draft.editing);
  text().placeholder = editing ? WORDS.placeholderEdit : about ? WORDS.placeholderReply : WORDS.placeholder;
  const label = editing ? WORDS.save : WORDS.send;
  $('.send').setAttribute('aria-label', label);
  $('.send').title = label;
  $('.send use').setAttribute('href', editing ? '#i-check' : '#i-send');
  if (!about) return;
  $('#context use').setAttribute('href', editing ? '#i-edit' : '#i-reply');
  $('#context b').textContent = editing ? WORDS.editing : WORDS.replyingTo(about.name);
  $('#context span').textContent = about.title || about.lines.find((line) => line.trim()) || about.files[0]?.name || '';
}

function grow() {
  const area = text();
  area.style.height = 'auto';
  if (area.scrollHeight) area.style.height = `${Math.min(area.scrollHeight, 160)}px`;
}

async function send() {
  const words = text().value.trim();
  if (draft.sending || (!words && !draft.files.length)) return;
  draft.sending = true;
  $('#composer').classList.add('sending');
  try {
    const { chat, me } = store;
    if (draft.editing) {
      await post('/api/edit', { chat, account: me.account, message: draft.editing.id, text: words });
    } else {
      const form = new FormData();
      form.set('chat', chat);
      form.set('account', me.account);
      form.set('text', words);
      form.set('reply_to', draft.replying?.id ?? '');
      for (const file of draft.files) form.append('file', file);
      await postForm('/api/messages', form);
    }
    Object.assign(draft, { replying: null, editing: null, files: [] });
    text().value = '';
    showContext();
    showFiles();
    grow();
  } catch (fault) {
    toast(fault.message, 'bad');
  } finally {
    draft.sending = false;
    $('#composer').classList.remove('sending');
    text().focus();
  }
}
