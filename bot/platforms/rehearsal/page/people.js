// Who the visitor is: the button at the top and the sheet to choose from.

import { $, $$, avatar, el, icon } from './dom.js';
import { role } from './message.js';
import { store } from './store.js';
import { HAT_GROUPS, WORDS } from './words.js';

export function showWho() {
  const me = store.me;
  for (const button of $$('.who')) {
    button.setAttribute('aria-label', me ? `${WORDS.current}${me.name}，${role(me)}。${WORDS.chooseWho}` : WORDS.chooseWho);
    button.replaceChildren(
      ...(me ? [avatar(me.name), el('span', { class: 'who-words' }, el('b', {}, me.name), el('small', {}, role(me)))] : []),
      icon('chevron'),
    );
  }
}

export function showPeople(choose) {
  const wanted = $('#people-filter').value.trim();
  const people = [...store.people.values()];
  const groups = Object.entries(HAT_GROUPS).map(([hat, name]) => [
    name,
    people.filter((each) => each.hat === hat && `${each.name}${each.department}`.includes(wanted)),
  ]);
  const shown = groups.filter(([, members]) => members.length);
  $('#people').replaceChildren(
    ...shown.flatMap(([name, members]) => [
      el('h3', {}, name),
      el('ul', {}, ...members.map((person) => el('li', {}, item(person, choose)))),
    ]),
    ...(shown.length ? [] : [el('p', { class: 'none' }, WORDS.nothingFound)]),
  );
}

function item(person, choose) {
  const current = person.account === store.me?.account;
  return el(
    'button',
    { type: 'button', class: 'person', 'data-testid': 'person-item', 'data-account': person.account,
      'aria-pressed': String(current), on: { click: () => choose(person.account) } },
    avatar(person.name),
    el('span', { class: 'who-words' }, el('b', {}, person.name), el('small', {}, role(person))),
    current ? icon('check') : null,
  );
}

// In place of the composer, when whoever the visitor is does not sit in the chat.
export function showOutside(chat, sitters, choose) {
  const box = $('#outside');
  const name = store.me?.name ?? '';
  const head = chat.kind === 'private' ? WORDS.outsidePrivate(chat.title)
    : sitters.length ? WORDS.outside(name) : WORDS.outsideNobody(name);
  box.replaceChildren(
    el('p', {}, head),
    el('div', { class: 'outside-people' }, ...sitters.map((person) =>
      el('button', { type: 'button', class: 'chip', title: WORDS.become(person.name), 'data-testid': 'become',
        'data-account': person.account, on: { click: () => choose(person.account) } },
      avatar(person.name), el('span', {}, el('b', {}, person.name), el('small', {}, role(person)))))),
  );
}
