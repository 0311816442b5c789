"use strict";
// Sorts tables, saves files and moves the planner's sliders. Sentences and numbers come with the page.

// ---- tables: a click on a head sorts upwards, then downwards, then as it was

const ORDERS = { none: "ascending", ascending: "descending", descending: "none" };

/** The columns that a table's heads stand over: column -> head of that column alone. */
function headsOf(table) {
  const taken = [], heads = new Map();
  [...table.tHead.rows].forEach((row, line) => {
    let column = 0;
    for (const cell of row.cells) {
      while (taken[line]?.[column]) column += 1;
      for (let down = 0; down < cell.rowSpan; down += 1)
        for (let along = 0; along < cell.colSpan; along += 1)
          (taken[line + down] ??= [])[column + along] = true;
      if (cell.colSpan === 1) heads.set(column, cell);
      column += cell.colSpan;
    }
  });
  return heads;
}

/** What a row is sorted by: a number, else its text; null where there is nothing. */
function keyOf(row, column) {
  const cell = row.cells[column];
  const holder = cell?.matches("[data-value]") ? cell : cell?.querySelector("[data-value]");
  if (holder) return Number(holder.dataset.value);
  const text = cell?.textContent.trim();
  return text && text !== "—" ? text : null;
}

const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });

function compare(one, other) {
  const numbers = typeof one === "number" && typeof other === "number";
  // Infinity minus itself is no number
  return numbers ? (one === other ? 0 : one - other) : collator.compare(String(one), String(other));
}

/** Sorts the rows of every group by themselves; a group's heading stays above them. */
function sort(table, column, order) {
  for (const body of table.tBodies) {
    const rows = [...body.rows].filter((row) => !row.matches(".group"));
    rows.forEach((row, place) => (row.dataset.place ??= place));
    const keys = new Map(rows.map((row) => [row, order === "none" ? Number(row.dataset.place) : keyOf(row, column)]));
    const sign = order === "descending" ? -1 : 1;
    rows.sort((one, other) => {
      const [first, second] = [keys.get(one), keys.get(other)];
      if (first === null || second === null) return (first === null) - (second === null); // nothing comes last
      return sign * compare(first, second) || one.dataset.place - other.dataset.place;
    });
    body.append(...rows);
  }
}

for (const table of document.querySelectorAll("table:not(.facts)")) {
  if (!table.tHead || [...table.tBodies].every((body) => body.rows.length < 2)) continue;
  const heads = headsOf(table);
  for (const [column, head] of heads) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    head.append(button);
    head.setAttribute("aria-sort", "none");
    button.addEventListener("click", () => {
      const order = ORDERS[head.getAttribute("aria-sort")];
      for (const other of heads.values()) other.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", order);
      sort(table, column, order);
    });
  }
}

// ---- files: each stands in the page once; a link to where it stands saves it too

for (const link of document.querySelectorAll('a[href^="#data-"]')) {
  const file = document.getElementById(link.getAttribute("href").slice(1))?.querySelector("a[download]");
  if (!file) continue;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    file.click();
  });
}

// ---- the planner: every slider has a stop for each value that was played

const planner = document.querySelector(".planner");

if (planner) {
  const data = JSON.parse(document.getElementById("planner-data").textContent);
  const sliders = [...planner.querySelectorAll("input[type=range]")];
  const jumps = [...planner.querySelectorAll("[data-design]")];
  const counts = data.stops.map((stops) => stops.length);

  /** The number of the design at which the sliders stand. */
  const design = () => data.grid[sliders.reduce((sum, each, i) => sum * counts[i] + Number(each.value), 0)];

  function show() {
    const number = design();
    sliders.forEach((slider, i) => {
      const stop = data.stops[i][slider.value];
      slider.setAttribute("aria-valuetext", stop);
      planner.querySelector(`output[for="${slider.id}"]`).textContent = stop;
    });
    for (const slot of planner.querySelectorAll("[data-slot]")) {
      const texts = data.slots[slot.dataset.slot];
      slot.innerHTML = texts[number];
    }
    planner.dataset.state = data.states[number];
    for (const mark of document.querySelectorAll("[data-at]"))
      mark.classList.toggle("on", Number(mark.dataset.at) === number);
    for (const note of document.querySelectorAll(".stays")) note.hidden = number === data.best;
    for (const jump of jumps)
      jump.setAttribute("aria-pressed", String(Number(jump.dataset.design) === number));
  }

  function go(number) {
    let place = data.grid.indexOf(number);
    for (let i = sliders.length - 1; i >= 0; i -= 1) {
      sliders[i].value = place % counts[i];
      place = Math.floor(place / counts[i]);
    }
    show();
  }

  for (const slider of sliders) slider.addEventListener("input", show);
  for (const jump of jumps) jump.addEventListener("click", () => go(Number(jump.dataset.design)));
  for (const part of planner.querySelectorAll("[hidden]")) part.hidden = false;
  show();
}
