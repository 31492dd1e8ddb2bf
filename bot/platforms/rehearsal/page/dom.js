// Elements are made here, and words enter them as text only.

const SVG = 'http://www.w3.org/2000/svg';

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'on') {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ''));
  return element;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.setAttribute('aria-hidden', 'true');
  svg.append(use);
  return svg;
}

export function avatar(name, kind = '') {
  return el('span', { class: `avatar ${kind} tint-${tint(name)}`, 'aria-hidden': 'true' }, [...name][0] ?? '·');
}

export function botAvatar() {
  return el('img', { class: 'avatar', src: '/page/icon.svg', alt: '', width: 36, height: 36 });
}

function tint(name) {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + character.codePointAt(0)) % 997;
  return sum % 8;
}

const LINK = /https?:\/\/[^\s<>"'，。；：！？、（）《》“”]+/gu;

// Words with their links made clickable, as nodes.
export function linked(words) {
  const nodes = [];
  let end = 0;
  for (const found of words.matchAll(LINK)) {
    nodes.push(words.slice(end, found.index));
    nodes.push(el('a', { href: found[0], target: '_blank', rel: 'noopener noreferrer' }, found[0]));
    end = found.index + found[0].length;
  }
  nodes.push(words.slice(end));
  return nodes.filter((node) => node !== '');
}

export function toast(words, kind = '') {
  const shown = el('p', { class: `toast ${kind}`, 'data-testid': 'toast' }, words);
  const box = $('#toasts');
  box.append(shown);
  while (box.children.length > 3) box.firstChild.remove();
  setTimeout(() => shown.remove(), Math.min(9000, 2600 + words.length * 90));
}
