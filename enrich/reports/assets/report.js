// The full table: search, sort, filter by verdict, copy. Reads the JSON in the page; never writes markup from it.
const { verdicts, words, heads, page: filePage, rows } = JSON.parse(document.getElementById("data").textContent);
const VERDICT = 0, MALICIOUS = 1, ENGINES = 2, HASH = 3, LABEL = 4, NAME = 5, TYPE = 6, FIRST = 7, ANALYSED = 8,
  WHERE = 9, CONTEXT = 10, NOTE = 11, SHA256 = 12;
const PRINTED = 2000;
const PAGE = 25;

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

// --- what a cell is for sorting, searching and showing: always text, escaped by DataTables where it is shown -------
const escape = $.fn.dataTable.util.escapeHtml ?? ((text) => element("i", text).innerHTML);
const shown = (make) => (data, use, row) => {
  const value = make(row, use);
  return use === "display" ? escape(String(value ?? "")) : value;
};
const ratio = (row, use) => {
  if (use === "sort" || use === "type") return row[MALICIOUS] ?? -1;
  return row[MALICIOUS] === null || row[ENGINES] === null ? "" : `${row[MALICIOUS]}/${row[ENGINES]}`;
};
const columns = [
  { title: words.verdict, className: "v", type: "num", make: (row, use) => (use === "sort" || use === "type" ? row[VERDICT] : verdicts[row[VERDICT]][1]) },
  { title: words.detections, className: "n", type: "num", make: ratio },
  { title: words.hash, className: "h", make: (row) => row[HASH] },
  { title: words.label_note, className: "label", make: (row) => [row[LABEL], row[NOTE]].filter(Boolean).join(" · ") },
  { title: words.name, className: "name", make: (row) => row[NAME] || row[CONTEXT] },
  { title: words.type, className: "type", make: (row) => row[TYPE] },
  { title: words.first_seen, className: "date", make: (row) => row[FIRST] },
  { title: words.where, className: "where", make: (row) => row[WHERE] },
].map(({ title, make, ...column }) => ({ type: "string", ...column, title: escape(title), data: null, render: shown(make) }));

// --- finishing a row when it is first drawn -----------------------------------------------------------------------
function finish(line, row) {
  line.cells[0].replaceChildren(element("span", verdicts[row[VERDICT]][1], `badge ${verdicts[row[VERDICT]][0]}`));
  const copy = element("button", "⧉", "copy");
  copy.type = "button";
  copy.title = words.copy;
  copy.setAttribute("aria-label", `${words.copy} ${row[HASH].slice(0, 12)}`);
  copy.addEventListener("click", () => put(row[HASH], copy));
  line.cells[2].replaceChildren(element("code", row[HASH], "hash"), copy, ...page(row));
  for (const cell of [...line.cells].slice(3)) cell.replaceChildren(element("bdi", cell.textContent));
}

function page(row) {
  const sha256 = row[SHA256] === 1 ? row[HASH] : row[SHA256];
  if (!/^[0-9a-f]{64}$/.test(sha256)) return [];
  const link = element("a", "↗", "page");
  link.href = `${filePage}${sha256}`;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.setAttribute("aria-label", `${words.open_page} ${sha256.slice(0, 12)}`);
  return [link];
}

// --- copying --------------------------------------------------------------------------------------------------
async function put(text, near) {
  const said = document.getElementById("said");
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    if (!putByHand(text, near)) return void (said.textContent = words.copy_failed);
  }
  said.textContent = words.copied;
  near.classList.add("done");
  setTimeout(() => { said.textContent = ""; near.classList.remove("done"); }, 1600);
}

// A page opened from disk may be refused the clipboard API; the old command still works there.
function putByHand(text, near) {
  const area = element("textarea", text, "offscreen");
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  near.focus();
  return done;
}

// A cell that a spreadsheet would run gets an apostrophe; detections are two numbers, so that none becomes a date.
function csvCell(value) {
  let text = String(value ?? "");
  if (typeof value !== "number" && /^[=+\-@\t\r]/.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function csv(chosen) {
  const lines = chosen.map((row) => [verdicts[row[VERDICT]][0], ...row.slice(MALICIOUS, SHA256)]);
  return [heads, ...lines].map((line) => line.map(csvCell).join(",")).join("\r\n") + "\r\n";
}

// --- the table --------------------------------------------------------------------------------------------------
const table = element("table");
table.id = "indicators";
table.setAttribute("aria-labelledby", "all-title");
document.getElementById("table-place").append(table);
const list = $(table).DataTable({
  data: rows,
  columns,
  order: [],
  deferRender: true,
  autoWidth: false,
  pageLength: PAGE,
  searchDelay: rows.length > 5000 ? 250 : 0,
  layout: { topStart: null, topEnd: null, bottomStart: "info", bottomEnd: "paging" },
  createdRow: finish,
  language: {
    info: words.rows, infoEmpty: words.no_rows, infoFiltered: words.filtered, zeroRecords: words.no_rows, emptyTable: words.no_rows,
    paginate: { first: "«", previous: "‹", next: "›", last: "»" },
    aria: { paginate: { first: words.first_page, previous: words.previous, next: words.next, last: words.last_page } },
  },
});

for (const heading of list.table().header().querySelectorAll("th")) heading.scope = "col";

document.getElementById("search").addEventListener("input", $.fn.dataTable.util.throttle((event) => {
  list.search(event.target.value).draw();
}, 150));

let chosen = "";
list.search.fixed("verdict", (_, row) => chosen === "" || row[VERDICT] === Number(chosen));
const filter = document.querySelector(".filter");
verdicts.forEach(([name, word], index) => {
  const count = rows.reduce((sum, row) => sum + (row[VERDICT] === index), 0);
  if (!count) return;
  const button = element("button", `${word} `, name);
  button.type = "button";
  button.dataset.verdict = index;
  button.setAttribute("aria-pressed", "false");
  button.append(element("small", count.toLocaleString(document.documentElement.lang)));
  filter.append(button);
});
filter.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  chosen = button.dataset.verdict;
  for (const other of filter.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button));
  list.draw();
});
document.getElementById("copy-csv").addEventListener("click", (event) => {
  put(csv(list.rows({ search: "applied", order: "applied" }).data().toArray()), event.currentTarget);
});
document.getElementById("controls").hidden = false;

// --- printing: the list as it is filtered, not one screen of it ------------------------------------------------------
addEventListener("beforeprint", () => {
  const count = list.page.info().recordsDisplay;
  const more = document.getElementById("print-more");
  more.hidden = count <= PRINTED;
  more.textContent = words.print_more.replace("{n}", PRINTED.toLocaleString(document.documentElement.lang));
  list.page.len(Math.min(count, PRINTED) || 1).draw();
});
addEventListener("afterprint", () => list.page.len(PAGE).draw());
