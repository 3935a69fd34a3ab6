// Changes the page in place, so that focus, selection and scroll position are kept.

export function byId(id) {
  return document.getElementById(id);
}

export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function setHidden(node, hidden) {
  if (node.hidden !== hidden) node.hidden = hidden;
}

export function setData(node, name, value) {
  if (node.dataset[name] !== value) node.dataset[name] = value;
}

// Sets an optional text: hides the node if the text is empty.
export function setLine(node, text) {
  setText(node, text);
  setHidden(node, text === '');
}

// Returns a copy of a template, and its elements by their data-part names.
export function fromTemplate(id) {
  const root = byId(id).content.firstElementChild.cloneNode(true);
  const parts = {};
  for (const node of root.querySelectorAll('[data-part]')) parts[node.dataset.part] = node;
  return {root, parts};
}

// Keeps the children of `parent` in step with a list. Each item, identified by its key, has one
// child, which is created once and then updated.
export class KeyedList {
  #parent;
  #create;
  #update;
  #rows = new Map();

  // create(item) returns {root, parts}; update(row, item) fills it in.
  constructor(parent, create, update) {
    this.#parent = parent;
    this.#create = create;
    this.#update = update;
  }

  show(items, keyOf) {
    const keyed = withDistinctKeys(items, keyOf);
    const focused = document.activeElement;
    this.#removeAllBut(keyed);
    let place = this.#parent.firstElementChild;
    for (const [key, item] of keyed) {
      let row = this.#rows.get(key);
      if (!row) {
        row = this.#create(item);
        this.#rows.set(key, row);
      }
      if (row.root === place) place = place.nextElementSibling;
      else this.#parent.insertBefore(row.root, place);
      this.#update(row, item);
    }
    // Moving a row has removed the focus from it.
    if (focused !== document.activeElement && this.#parent.contains(focused)) {
      focused.focus({preventScroll: true});
    }
  }

  #removeAllBut(keyed) {
    for (const [key, row] of this.#rows) {
      if (keyed.has(key)) continue;
      const hadFocus = row.root.contains(document.activeElement);
      row.root.remove();
      this.#rows.delete(key);
      // Keep keyboard users in this section, instead of at the top of the page.
      if (hadFocus) this.#parent.closest('section')?.querySelector('h2')?.focus();
    }
  }
}

function withDistinctKeys(items, keyOf) {
  const keyed = new Map();
  for (const item of items) {
    const key = keyOf(item);
    let distinct = key;
    for (let copy = 2; keyed.has(distinct); ++copy) distinct = `${key}\n${copy}`;
    keyed.set(distinct, item);
  }
  return keyed;
}
