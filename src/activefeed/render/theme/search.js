// Asks the index of the site, loaded when one begins to search; see record.html for what is in it.
const MOMENTS = 3;
const RESULTS = 10;
const WORDS = 28;
const box = document.getElementById("af-search");
const said = box.dataset;
const all = (node, ...selectors) => selectors.map((one) => node.querySelector(one));
const [form, status, list, more, template] = all(
  box, "form", "[role=status]", "ol", ":scope > button", "template",
);
const input = form.elements.q;
let engine;
let asked = 0;
let waiting;

const make = (tag, ...inner) => {
  const made = document.createElement(tag);
  made.append(...inner);
  return made;
};
const put = (text, values) => text.replace(/{(\w+)}/g, (_, key) => values[key]);
const clock = (time) => new Date(time * 1000).toISOString().slice(11, 19).replace(/^00:0?|^0/, "");
const dated = (date) => {
  const [year, month, day] = date.split("-");
  return put(said.date, { year, month: said.months.split(",")[month - 1], day: +day });
};
async function load() {
  if (engine) return;
  const found = await import(new URL(said.index, location));
  await found.options({ noWorker: true });
  engine = found;
}

// Where words were found: one place for each moment, the best first.
function places({ weighted_locations: found }, times) {
  const places = new Map();
  for (const { location: at, balanced_score: score } of found) {
    const id = times.findLast((one) => one.location <= at)?.id ?? "@";
    const place = places.get(id) ?? { at, time: id.slice(1), score: 0 };
    place.score += score;
    places.set(id, place);
  }
  return [...places.values()].sort((a, b) => b.score - a.score);
}

function passage({ content, locations, meta }, at) {
  const words = content.split(/\s+/);
  const title = meta.title.split(/\s+/).length;
  const start = Math.max(title, at - 8);
  const end = start + WORDS;
  const found = (word, n) => [locations.includes(start + n) ? make("mark", word) : word, " "];
  const shown = words.slice(start, end).flatMap(found);
  return [start > title ? "… " : "", ...shown, words[end] ? "…" : ""];
}

function result(data) {
  const [begin, ...times] = data.anchors;
  const facts = JSON.parse(begin.id);
  const item = template.content.firstElementChild.cloneNode(true);
  const [image, link, about, text, first, rest] = all(
    item, "img", "a", ".facts", ".passage", ".moments", "details",
  );
  if (facts.image) image.src = facts.image;
  else image.remove();
  link.href = facts.url;
  link.append(data.meta.title);
  about.append(facts.date ? `${said[facts.kind]} · ${dated(facts.date)}` : said[facts.kind]);
  const found = places(data, times);
  const moments = found.filter((one) => one.time);
  const other = found.find((one) => !one.time);
  if (other || !moments.length) text.append(...passage(data, other?.at ?? 0));
  else text.remove();
  const row = ({ at, time }) => {
    const start = make("a", put(said.at, { time: clock(time) }));
    start.href = `${facts.url}#t=${time}`;
    return make("li", start, " ", ...passage(data, at));
  };
  const inOrder = (some) => some.sort((a, b) => a.at - b.at).map(row);
  first.append(...inOrder(moments.slice(0, MOMENTS)));
  rest.lastElementChild.append(...inOrder(moments.slice(MOMENTS)));
  if (!moments.length) first.remove();
  if (moments.length <= MOMENTS) rest.remove();
  return item;
}

async function search() {
  clearTimeout(waiting);
  const query = input.value.trim();
  const turn = ++asked;
  const show = async (results, from) => {
    const data = await Promise.all(results.slice(from, from + RESULTS).map((one) => one.data()));
    if (turn !== asked) return;
    if (!from) list.replaceChildren();
    list.append(...data.map(result));
    if (from) list.children[from].querySelector("a").focus();
    more.hidden = list.children.length >= results.length;
    more.onclick = () => show(results, from + RESULTS);
    const count = results.length;
    const words = [said.none, said.one][count] ?? said.other;
    status.textContent = query && put(words, { count, query });
  };
  if (!query) return show([], 0);
  status.textContent = said.busy;
  try {
    await load();
    await show((await engine.search(query)).results, 0);
  } catch {
    if (turn === asked) status.textContent = said.failed;
  }
}

const begin = () => {
  history.replaceState(null, "", `?q=${encodeURIComponent(input.value.trim())}`);
  search();
};
form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(begin, 250);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  begin();
});
input.value = new URLSearchParams(location.search).get("q") ?? "";
search();
