// Asks the index that pagefind made, which is loaded when one begins to search. A passage of an
// episode that has a time is a link to it: elements of the index have the id @seconds.
const MOMENTS = 3;
const RESULTS = 10;
const box = document.getElementById("af-search");
const said = box.dataset;
const [form, status, list, more, template] = ["form", "[role=status]", "ol", ".action", "template"].map(
  (selector) => box.querySelector(selector),
);
let engine;
let asked = 0;
let waiting;

const put = (text, values) => text.replace(/{(\w+)}/g, (place, key) => values[key] ?? place);
const clock = (time) => {
  const [hours, minutes, seconds] = [time / 3600, (time / 60) % 60, time % 60].map(Math.floor);
  const two = (number) => String(number).padStart(2, "0");
  return `${hours ? `${hours}:${two(minutes)}` : minutes}:${two(seconds)}`;
};
const dated = (date) => {
  const [year, month, day] = date.split("-").map(Number);
  return put(said.date, { year, month: said.months.split(",")[month - 1], day });
};
const load = () =>
  (engine ??= import(new URL(said.index, location)).then(async (found) => {
    await found.options({ noWorker: true });
    return found;
  }));

// Where words were found, a piece of the text each, the best first.
function pieces({ anchors, weighted_locations: found }) {
  const pieces = new Map();
  for (const { location: at, balanced_score: score } of found) {
    const id = anchors.findLast((anchor) => anchor.location <= at)?.id ?? "@";
    const piece = pieces.get(id) ?? { at, time: id.slice(1), score: 0 };
    pieces.set(id, { ...piece, at: Math.min(piece.at, at), score: piece.score + score });
  }
  return [...pieces.values()].sort((a, b) => b.score - a.score);
}

function* passage({ content, locations }, at) {
  const words = content.split(/\s+/);
  const start = Math.max(0, at - 8);
  if (start) yield "… ";
  for (let n = start; n < Math.min(start + 28, words.length); n++) {
    const mark = locations.includes(n) && document.createElement("mark");
    mark && mark.append(words[n]);
    yield* [mark || words[n], " "];
  }
  if (start + 28 < words.length) yield "…";
}

function result(data) {
  const facts = JSON.parse(data.filters.facts[0]);
  const item = template.content.firstElementChild.cloneNode(true);
  const [image, link, about, text, rest] = ["img", "a", ".facts", ".passage", "details"].map((s) =>
    item.querySelector(s),
  );
  facts.image ? (image.src = facts.image) : image.remove();
  link.href = facts.url;
  link.append(data.meta.title);
  about.append([said[facts.kind], facts.date && dated(facts.date)].filter(Boolean).join(" · "));
  const found = pieces(data);
  const moments = found.filter((piece) => piece.time);
  const plain = found.find((piece) => !piece.time);
  plain || !moments.length ? text.append(...passage(data, plain?.at ?? 0)) : text.remove();
  const rows = item.querySelectorAll(".moments");
  moments.forEach(({ at, time }, n) => {
    const row = document.createElement("li");
    const start = document.createElement("a");
    start.href = `${facts.url}#t=${time}`;
    start.append(put(said.at, { time: clock(time) }));
    row.append(start, " ", ...passage(data, at));
    rows[n < MOMENTS ? 0 : 1].append(row);
  });
  moments.length > MOMENTS || rest.remove();
  moments.length || rows[0].remove();
  return item;
}

async function search() {
  const query = form.q.value.trim();
  const turn = ++asked;
  more.hidden = true;
  if (!query) {
    list.replaceChildren();
    status.textContent = "";
    return;
  }
  status.textContent = said.busy;
  try {
    const { results } = await (await load()).search(query);
    const show = async (from) => {
      const data = await Promise.all(results.slice(from, from + RESULTS).map((one) => one.data()));
      if (turn !== asked) return;
      const items = data.map(result);
      from ? list.append(...items) : list.replaceChildren(...items);
      from && items[0].querySelector("a").focus();
      more.hidden = from + RESULTS >= results.length;
      more.onclick = () => show(from + RESULTS);
      const count = results.length;
      status.textContent = put([said.none, said.one][count] ?? said.other, { count, query });
    };
    await show(0);
  } catch {
    engine = undefined;
    if (turn === asked) status.textContent = said.failed;
  }
}

const address = () => `?q=${encodeURIComponent(form.q.value.trim())}`;
const look = () => {
  form.q.value = new URLSearchParams(location.search).get("q") ?? "";
  search();
};
form.addEventListener("input", () => {
  clearTimeout(waiting);
  load().catch(() => (engine = undefined));
  waiting = setTimeout(() => {
    history.replaceState(null, "", address());
    search();
  }, 250);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(waiting);
  if (location.search !== address()) history.pushState(null, "", address());
  search();
});
addEventListener("popstate", look);
look();
