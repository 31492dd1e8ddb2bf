// The rehearsal's clock: what it shows, and moving it.

import { post } from './api.js';
import { $, $$, el, toast } from './dom.js';
import { store } from './store.js';
import { WORDS, day, inputMoment, moment, time } from './words.js';

export function showClock() {
  $('.clock-now').replaceChildren(el('span', {}, day(store.now)), ' ', el('b', {}, time(store.now)));
  $('[data-now]').textContent = moment(store.now);
  $('#moment').min = inputMoment(store.now);
}

export function wireClock() {
  for (const button of $$('[data-clock]')) {
    button.addEventListener('click', () => move(button.dataset.clock));
  }
  $('#day').addEventListener('submit', (event) => {
    event.preventDefault();
    move($('#moment').value);
  });
}

export function prepareSheet() {
  $('#moment').value = inputMoment(store.now);
}

async function move(to) {
  const controls = $$('[data-clock], #day button');
  for (const each of controls) each.disabled = true;
  document.body.classList.add('clock-moving');
  try {
    const { now, moved } = await post('/api/clock', { to });
    store.now = now;
    showClock();
    toast(moved ? WORDS.clockMoved(moment(now)) : WORDS.clockStill);
    if ($('#clock-sheet').open) $('#clock-sheet').close();
  } catch (fault) {
    toast(fault.message, 'bad');
  } finally {
    for (const each of controls) each.disabled = false;
    document.body.classList.remove('clock-moving');
  }
}
