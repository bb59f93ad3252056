// The full table: search, sort, filter by verdict, copy, unfold. Reads the JSON in the page; never writes markup from it.
const { tones, kinds, words, heads, pages, rows } = JSON.parse(document.getElementById("data").textContent);
const TONE = 0, MALICIOUS = 1, ENGINES = 2, HASH = 3, LABEL = 4, NAME = 5, TYPE = 6, FIRST = 7, ANALYSED = 8,
  WHERE = 9, PLACES = 10, WORDS = 11, GROUPS = 12, NOTE = 13, CHANGE = 14, LINK = 15, KIND = 16;
const PRINTED = 2000;
const PAGE = 25;

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

// A sign is drawn, as not every font has one; it refers to a symbol in the page.
function sign(name) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("class", "sign");
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#sign-${name}`);
  drawing.append(use);
  return drawing;
}

// --- what a cell is for sorting, searching and showing: always text, escaped by DataTables where it is shown -------
const escape = $.fn.dataTable.util.escapeHtml ?? ((text) => element("i", text).innerHTML);
const shown = (make) => (data, use, row) => {
  const value = make(row, use);
  return use === "display" ? escape(String(value ?? "")) : value;
};
const ratio = (row, use) => {
  if (use === "sort" || use === "type") return row[MALICIOUS] ?? -1;
  const detected = row[MALICIOUS] === null || row[ENGINES] === null ? "" : `${row[MALICIOUS]}/${row[ENGINES]}`;
  return use === "filter" ? `${tones[row[TONE]][1]} ${detected}` : detected;
};
const together = (...texts) => texts.filter(Boolean).join(" · ");
const places = (row) => row[PLACES] || row[WHERE];
const quoted = (row, use) => {
  if (use === "filter") return [...row[WORDS], ...row[GROUPS]].join(" ");
  return row[WORDS].length ? row[WORDS][0] : "";
};
const TYPE_COLUMN = 5;
const columns = [
  { title: words.detections, className: "n", type: "num", make: ratio },
  { title: words.hash, className: "h", make: (row) => row[HASH] },
  { title: words.label_note, className: "label", make: (row, use) => together(row[LABEL], row[NOTE], use === "filter" && row[CHANGE]) },
  { title: words.name, className: "name", make: (row) => row[NAME], visible: rows.some((row) => row[NAME]) },
  { title: words.context, className: "words", make: quoted, visible: rows.some((row) => row[WORDS].length) },
  { title: words.type, className: "type", make: (row) => row[TYPE] },
  { title: words.first_seen, className: "date", make: (row) => row[FIRST] },
  { title: words.where, className: "where", make: (row, use) => (use === "filter" ? places(row) : row[WHERE]) },
].map(({ title, make, ...column }) => ({ type: "string", ...column, title: escape(title).replaceAll("/", "/<wbr>"), data: null, render: shown(make) }));

// A text that may go on in a new line behind each sign, before it is torn in a word.
function broken(text) {
  const whole = element("bdi");
  for (const part of text.split(/(?<=[./\\_:-])(?=[\p{L}\p{N}])/u)) whole.append(part, document.createElement("wbr"));
  return whole;
}

// --- finishing a row when it is first drawn -----------------------------------------------------------------------
function finish(line, row, _, [verdict, hash, ...others]) {
  const [name, word] = tones[row[TONE]];
  verdict.replaceChildren(element("span", word, `badge ${name}`), " ", element("b", verdict.textContent));
  const copy = element("button", undefined, "copy");
  copy.type = "button";
  copy.title = words.copy;
  copy.setAttribute("aria-label", `${words.copy} ${row[HASH].slice(0, 12)}`);
  copy.append(sign("copy"));
  copy.addEventListener("click", () => put(row[HASH], copy));
  hash.replaceChildren(element("code", row[HASH], "hash"), copy, ...page(row));
  for (const cell of others) if (!cell.classList.contains("date")) cell.replaceChildren(broken(cell.textContent));
  if (row[WORDS].length > 1) others[2].append(" ", element("span", `+${row[WORDS].length - 1}`, "more"));
  others.at(-1).append(unfolding(line, row));
}

function page(row) {
  const address = row[LINK] > 0 ? `${pages[row[LINK] - 1]}${row[HASH]}` : String(row[LINK]);
  if (!address.startsWith("https://")) return [];
  const link = element("a", undefined, "page");
  link.href = address;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.setAttribute("aria-label", `${words.open_page} ${row[HASH].slice(0, 12)}`);
  link.append(sign("out"));
  return [link];
}

// --- a row's other places and words, below it ---------------------------------------------------------------------
function unfolding(line, row) {
  const button = element("button", words.unfold, "unfold");
  button.type = "button";
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-label", `${words.unfold} ${row[HASH].slice(0, 12)}`);
  button.addEventListener("click", () => {
    const below = list.row(line).child;
    const open = !below.isShown();
    if (open) list.row(line).child(whole(row), "whole").show();
    else below.hide();
    button.setAttribute("aria-expanded", String(open));
  });
  return button;
}

function whole(row) {
  const facts = element("dl");
  const parts = [[words.where, [places(row)]], [words.context, row[WORDS]], [words.groups_of, [row[GROUPS].join(", ")]],
    [words.change, [row[CHANGE]]], [words.type, [row[TYPE]]], [words.last_analysis, [row[ANALYSED]]]];
  for (const [term, texts] of parts) {
    const lines = texts.filter(Boolean);
    if (!lines.length) continue;
    facts.append(element("dt", term));
    for (const text of lines) facts.append(element("dd")), facts.lastChild.append(element("bdi", text));
  }
  return facts;
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
  const lines = chosen.map((row) => [tones[row[TONE]][0], ...row.slice(MALICIOUS, WHERE), places(row), row[WORDS].join(" | "), row[NOTE]]);
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

// --- file types have a column where the window is wide; they stand in the details, and are searched, anyhow -----------
const wide = matchMedia("screen and (min-width: 1500px)");
const fit = () => list.column(TYPE_COLUMN).visible(wide.matches);
wide.addEventListener("change", fit);
fit();

for (const heading of list.table().header().querySelectorAll("th")) heading.scope = "col";

document.getElementById("search").addEventListener("input", $.fn.dataTable.util.throttle((event) => {
  list.search(event.target.value).draw();
}, 150));

let chosen = "";
list.search.fixed("verdict", (_, row) => chosen === "" || row[TONE] === Number(chosen));
const filter = document.querySelector(".filter");
// Kinds are chosen beside verdicts, where there are several.
let kind = "";
list.search.fixed("kind", (_, row) => kind === "" || row[KIND] === Number(kind));
if (kinds.length > 1) {
  const choice = element("select");
  choice.setAttribute("aria-label", words.show);
  choice.append(new Option(words.everything, ""), ...kinds.map(([, title], index) => new Option(title, index)));
  choice.addEventListener("change", () => { kind = choice.value; list.draw(); });
  document.querySelector(".search").after(choice);
}
tones.forEach(([name, word], index) => {
  const count = rows.reduce((sum, row) => sum + (row[TONE] === index), 0);
  if (!count) return;
  const button = element("button", `${word} `, name);
  button.type = "button";
  button.dataset.tone = index;
  button.setAttribute("aria-pressed", "false");
  button.append(element("small", count.toLocaleString(document.documentElement.lang)));
  filter.append(button);
});
filter.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  chosen = button.dataset.tone;
  for (const other of filter.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button));
  list.draw();
});
document.getElementById("copy-csv").addEventListener("click", (event) => {
  put(csv(list.rows({ search: "applied", order: "applied" }).data().toArray()), event.currentTarget);
});
document.getElementById("controls").hidden = false;

// --- a host of the section above leads to its rows in the list -------------------------------------------------------
for (const button of document.querySelectorAll(".find")) {
  button.addEventListener("click", () => {
    const search = document.getElementById("search");
    search.value = button.dataset.find;
    list.search(search.value).draw();
    document.getElementById("all").scrollIntoView();
    search.focus({ preventScroll: true });
  });
}

// --- printing: the list as it is filtered, not one screen of it ------------------------------------------------------
addEventListener("beforeprint", () => {
  const count = list.page.info().recordsDisplay;
  const more = document.getElementById("print-more");
  const printed = Math.max(PRINTED, serious());
  more.hidden = count <= printed;
  more.textContent = words.print_more.replace("{n}", printed.toLocaleString(document.documentElement.lang));
  list.column(TYPE_COLUMN).visible(false);
  list.page.len(Math.min(count, printed) || 1).draw();
});
addEventListener("afterprint", () => {
  fit();
  list.page.len(PAGE).draw();
});

// Of the rows that are filtered, those that no printed list may end before: malicious, suspicious, unknown.
function serious() {
  return list.rows({ search: "applied" }).data().toArray().filter((row) => row[TONE] < 3).length;
}
