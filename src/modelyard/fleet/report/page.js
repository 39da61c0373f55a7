"use strict";
// Sorting by a click on a heading, and a filter of the list of repos. Reading needs neither.
for (const table of document.querySelectorAll("table[data-sort]")) {
  const body = table.tBodies[0];
  const key = (row, at) => {
    const cell = row.cells[at];
    return cell.dataset.key ?? cell.textContent.trim();
  };
  [...table.tHead.rows[0].cells].forEach((head, at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const order = new Intl.Collator("en", { numeric: true });
      const rows = [...body.rows].sort((a, b) => order.compare(key(a, at), key(b, at)));
      body.append(...(down ? rows.reverse() : rows));
    });
  });
}
const tools = document.getElementById("tools");
if (tools) {
  const [text, state] = tools.querySelectorAll("input, select");
  const count = tools.querySelector("output");
  const rows = [...document.querySelectorAll("#repos tbody tr")];
  const filter = () => {
    const wanted = text.value.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      const fits = !state.value || row.dataset.state === state.value;
      row.hidden = !(fits && row.textContent.toLowerCase().includes(wanted));
      shown += row.hidden ? 0 : 1;
    }
    count.textContent = `${shown} of ${rows.length}`;
  };
  tools.hidden = false;
  tools.addEventListener("input", filter);
  filter();
}
