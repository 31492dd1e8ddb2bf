// The list of groups at the left.

import { $, avatar, botAvatar, el } from './dom.js';
import { sitsIn, store } from './store.js';
import { WORDS, listTime } from './words.js';

export function title(chat) {
  if (chat.kind !== 'private') return chat.title;
  return sitsIn(store.me, chat.id) ? WORDS.privateMine(store.bot) : WORDS.privateOf(chat.title);
}

export function showChats() {
  const wanted = $('#filter').value.trim();
  const fits = (chat) => !wanted || title(chat).includes(wanted);
  const all = [...store.chats.values()].filter(fits);
  const mine = all.filter((chat) => sitsIn(store.me, chat.id));
  // Somebody else's private chat shows once something is in it.
  const others = all.filter((chat) => !sitsIn(store.me, chat.id) && (chat.kind === 'group' || chat.last));
  const list = $('#chats');
  const focused = document.activeElement?.dataset?.chat;
  const scrolled = list.scrollTop;
  list.replaceChildren(...section(WORDS.mine, mine), ...section(WORDS.others, others));
  if (!mine.length && !others.length) list.append(el('p', { class: 'none' }, WORDS.nothingFound));
  list.scrollTop = scrolled;
  if (focused) $(`[data-chat="${CSS.escape(focused)}"]`, list)?.focus({ preventScroll: true });
  const unread = [...store.chats.values()].reduce((sum, chat) => sum + chat.unread, 0);
  document.title = `${unread ? `(${unread}) ` : ''}${store.bot} · 演练室`;
}

function section(name, chats) {
  if (!chats.length) return [];
  return [el('h2', {}, name), el('ul', {}, ...chats.map((chat) => el('li', {}, item(chat))))];
}

function item(chat) {
  const own = chat.kind === 'private' && sitsIn(store.me, chat.id);
  const name = title(chat);
  return el(
    'a',
    {
      class: 'chat',
      href: `#${encodeURIComponent(chat.id)}`,
      'data-testid': 'chat-item',
      'data-chat': chat.id,
      'aria-current': chat.id === store.chat ? 'true' : null,
    },
    own ? botAvatar() : avatar(name, chat.kind === 'group' ? 'square' : ''),
    el(
      'span',
      { class: 'chat-words' },
      el('span', { class: 'chat-top' }, el('b', {}, name), chat.last ? el('time', {}, listTime(chat.last.at, store.now)) : null),
      el(
        'span',
        { class: 'chat-low' },
        el('span', { class: 'preview' }, preview(chat)),
        chat.unread
          ? el('span', { class: 'unread', 'data-testid': 'unread', 'aria-label': WORDS.unread(chat.unread) },
            chat.unread > 99 ? '99+' : String(chat.unread))
          : null,
      ),
    ),
  );
}

function preview(chat) {
  if (!chat.last) return chat.kind === 'private' ? WORDS.privateNote : WORDS.noMessages;
  const { author, name, words } = chat.last;
  const speaker = author === store.me?.account ? WORDS.you : name;
  return chat.kind === 'private' ? words : `${speaker}：${words}`;
}
