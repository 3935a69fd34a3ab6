// Shows the first rows of a section's list, and all of them on request.
import {KeyedList, setHidden, setText} from './dom.js';
import {count} from './format.js';

const kFirstRows = 25;
const kFirstRowsOnPhone = 10;
const phone = matchMedia('(max-width: 719px)');

export class ShortList {
  #section;
  #list;
  #whole;
  #all = false;
  #again = () => {};

  // Puts the rows into `rows`; hides `whole` while there is none. The section has a button .more
  // and a text .empty.
  constructor(section, {rows, whole = rows, create, update}) {
    this.#section = section;
    this.#whole = whole;
    this.#list = new KeyedList(rows, create, update);
    this.#more.addEventListener('click', () => {
      this.#all = !this.#all;
      this.#again();
    });
    phone.addEventListener('change', () => this.#again());
  }

  get #more() {
    return this.#section.querySelector('.more');
  }

  show(items, keyOf) {
    this.#again = () => this.show(items, keyOf);
    const first = phone.matches ? kFirstRowsOnPhone : kFirstRows;
    setHidden(this.#whole, items.length === 0);
    setHidden(this.#section.querySelector('.empty'), items.length > 0);
    this.#list.show(this.#all ? items : items.slice(0, first), keyOf);
    setHidden(this.#more, items.length <= first);
    setText(this.#more, this.#all ? `Show the first ${first}` : `Show all ${count(items.length)}`);
  }
}
