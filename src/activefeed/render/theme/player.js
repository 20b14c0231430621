// The player round <audio>, with the chapters and the transcript of its article. All words come from the page;
// without this script the browser's own controls, and the links to times, do the work.
{
  const UNITS = ["hour", "minute", "second"].map((unit) => new Intl.NumberFormat(
    document.documentElement.lang || undefined, { style: "unit", unit, unitDisplay: "long" }));
  const KEYS = { " ": "play", k: "play", j: "back", l: "forward", arrowleft: "back", arrowright: "forward",
    "<": "slower", ">": "faster" };

  // What is remembered here, or will be; a browser may refuse.
  const memory = (name, value) => {
    try {
      if (value == null) return localStorage.getItem(`af:${name}`);
      localStorage.setItem(`af:${name}`, value);
    } catch { /* then it is not */ }
  };
  const parts = (time) => [time / 3600, time / 60 % 60, time % 60].map(Math.floor);
  const clock = (time) => {
    const [hours, minutes, seconds] = parts(time).map(String);
    return (hours > 0 ? `${hours}:${minutes.padStart(2, "0")}:` : `${minutes}:`) + seconds.padStart(2, "0");
  };
  const spoken = (time) => {
    const said = parts(time).map((count, at) => (count ? UNITS[at].format(count) : "")).filter(Boolean);
    return said.join(" ") || UNITS[2].format(0);
  };
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  // 83, 1:23, 1:02:03.5, with an end after a comma; also the id of a place in the transcript.
  const moment = (hash) => {
    const found = /^#t[=-](?:npt:)?([\d:.]*)(?:,([\d:.]+))?$/.exec(hash);
    if (!found) return null;
    const [start, end] = [found[1] || "0", found[2] || "0"].map(
      (text) => text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0));
    return start >= 0 && end >= 0 ? { start, end } : null;
  };
  // Which of sorted times is the last that has come; -1 for none.
  const reached = (times, time) => {
    let low = 0, high = times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (times[middle] <= time + 0.05) low = middle + 1; else high = middle;
    }
    return low - 1;
  };
  const places = (root, selector) => {
    const found = root ? [...root.querySelectorAll(selector)] : [];
    return { found, times: found.map((one) => Number(one.dataset.start)) };
  };

  class Player extends HTMLElement {
    static heard = null;  // the one that was started last

    connectedCallback() {
      if (this.audio || !this.querySelector("template")) return;
      this.audio = this.querySelector("audio");
      this.scope = this.closest("article") ?? document.body;
      const all = this.querySelector("template").content.cloneNode(true);
      this.bar = all.querySelector(".af-bar");
      this.panel = all.querySelector(".af-panel");
      this.made = {};
      for (const one of all.querySelectorAll("[data-part]")) (this.made[one.dataset.part] ??= []).push(one);
      ({ seek: [this.seekbar], speed: [this.speed], address: [this.address], play: [this.button] } = this.made);
      document.body.append(this.bar);  // fixed to the window; an ancestor could hold it back
      this.audio.after(this.panel);
      this.audio.controls = false;
      this.chapters = places(this.scope, ".af-chapters a[data-start]");
      const box = this.scope.querySelector(".af-transcript");
      this.transcript = box && new Transcript(box, this);
      this.listen();
      this.setSpeed(memory("speed") ?? 1);
      this.ready();
      this.arrive();
      if (this.audio.error) this.say("failed");
    }

    get whole() {
      const known = this.audio.duration;
      return known > 0 && Number.isFinite(known) ? known : Number(this.dataset.length);
    }
    get time() { return this.dragged ?? this.wanted ?? this.audio.currentTime; }
    write(name, text) { for (const one of this.made[name]) one.textContent = text; }

    listen() {
      const { audio, seekbar, speed } = this;
      const on = (names, act) => names.split(" ").forEach((name) => audio.addEventListener(name, act));
      on("play", () => this.started());
      on("play pause error", () => {
        for (const one of [this.panel, this.bar]) one.classList.toggle("af-playing", !audio.paused && !audio.error);
      });
      on("pause ended", () => this.keep());
      on("timeupdate seeked", () => this.tick());
      on("loadedmetadata durationchange", () => this.ready());
      on("progress", () => this.loaded());
      on("waiting playing pause error", ({ type }) => this.panel.classList.toggle("af-waiting", type === "waiting"));
      on("seeked ratechange durationchange", () => this.tell());
      on("error", () => this.say("failed"));
      seekbar.addEventListener("input", () => { this.dragged = Number(seekbar.value); this.show(true); });
      seekbar.addEventListener("change", () => { this.dragged = null; this.seek(Number(seekbar.value)); });
      speed.addEventListener("change", () => this.setSpeed(speed.value));
      document.addEventListener("click", (event) => this.pressed(event));
      document.addEventListener("keydown", (event) => this.key(event));
      addEventListener("hashchange", () => this.arrive());
      addEventListener("pagehide", () => this.keep());
      new IntersectionObserver(([seen]) => {
        this.above = !seen.isIntersecting && seen.boundingClientRect.top < 0;
        this.stick();
      }).observe(this.panel);
    }

    // What the listener does

    play() {
      const { audio, time } = this;
      if (audio.error) { audio.load(); this.seek(time); }
      audio.play().catch(() => {});  // what went wrong comes as an event
    }
    seek(time) {
      time = Math.max(0, Math.min(time, this.whole));
      this.until = 0;
      this.wanted = this.audio.readyState ? null : time;  // until there is something to seek in
      if (this.audio.readyState) this.audio.currentTime = time;
      this.show(true);
    }
    setSpeed(rate) {
      this.speed.value = rate;
      if (!this.speed.value) this.speed.value = rate = 1;
      this.audio.defaultPlaybackRate = this.audio.playbackRate = Number(rate);
      memory("speed", rate);
    }
    step(by) { this.setSpeed((this.speed.options[this.speed.selectedIndex + by] ?? this.speed).value); }
    chapter(by) { this.seek(this.chapters.times[Math.max(0, this.chapters.at + by)] ?? this.time); }
    async share() {
      const address = `${new URL(this.dataset.page, location)}#t=${Math.floor(this.time)}`;
      try {
        await navigator.clipboard.writeText(address);
        this.say("copied");
      } catch {
        this.say("refused");
        this.address.value = address;
        this.address.focus({ preventScroll: true });
        this.address.select();
      }
    }
    act(name) {
      const { audio } = this;
      ({
        play: () => (audio.paused || audio.error ? this.play() : audio.pause()),
        back: () => this.seek(this.time - 15),
        forward: () => this.seek(this.time + 30),
        slower: () => this.step(-1),
        faster: () => this.step(1),
        share: () => this.share(),
        restart: () => { this.seek(0); this.play(); },
        rest: () => { this.counted = !this.counted; this.show(true); },
        close: () => { this.closed = true; this.stick(); },
        follow: () => this.transcript.resume(),
        up: () => this.transcript.go(-1),
        down: () => this.transcript.go(1),
      })[name]?.();
    }
    holds(place) { return this.contains(place) || this.bar.contains(place); }
    pressed(event) {
      const { target } = event, link = target.closest("[data-start]"), button = target.closest("[data-do]");
      if (!this.scope.contains(target) && !this.holds(target)) return;
      if (button) return this.act(button.dataset.do);
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      if (link.matches("span") && !getSelection().isCollapsed) return;  // read, not pressed
      event.preventDefault();
      this.seek(Number(link.dataset.start));
      this.play();
    }
    key(event) {
      const { target, key } = event;
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (target.matches("input:not([type=range]), select, textarea, [contenteditable]")) return;
      if (key === "Escape" && !this.bar.hidden) return this.act("close");
      // Letters work inside only: one who speaks to the computer types them without meaning to (WCAG 2.1.4).
      const outside = target === document.body && Player.heard === this && /^( |Arrow)/.test(key);
      const name = KEYS[key.toLowerCase()];
      if (!name || !(outside || this.holds(target)) || (key === " " && target.matches("button, a"))) return;
      event.preventDefault();
      if (!event.repeat || name !== "play") this.act(name);
    }

    // What the page says

    arrive() {
      const asked = moment(location.hash), kept = Number(memory(this.dataset.key));
      if (asked && asked.start < this.whole) {
        if (location.hash[2] === "=") this.scrollIntoView({ block: "nearest" });
        this.seek(asked.start);
        this.until = asked.end > asked.start ? asked.end : 0;
        if (this.audio.paused) this.say("from");
      } else if (kept > 0 && kept < this.whole && this.audio.paused && !this.time) {
        this.seek(kept);
        this.say("resume");
      }
    }
    ready() {
      const { whole } = this;
      this.seekbar.max = Math.floor(whole);
      if (this.audio.readyState && this.wanted != null) {
        this.audio.currentTime = this.wanted;
        this.wanted = null;
      }
      const ticks = this.chapters.times.filter((start) => start < whole).map((start) => {
        const tick = document.createElement("i");
        tick.style.setProperty("--at", start / whole);
        return tick;
      });
      this.last = ticks.length - 1;  // chapters after the end are none
      this.seekbar.parentNode.replaceChildren(this.seekbar, ...ticks);
      this.show(true);
    }
    say(name) {
      const [restart] = this.made.restart, lost = document.activeElement;
      clearTimeout(this.hush);
      this.made.status[0].textContent = name ? fill(this.dataset[name], { time: clock(this.time) }) : "";
      restart.hidden = name !== "resume";
      this.address.hidden = name !== "refused";
      if (lost.hidden && this.contains(lost)) this.button.focus({ preventScroll: true });
      if (name === "copied") this.hush = setTimeout(() => this.say(), 5000);
    }
    started() {
      for (const other of document.querySelectorAll("audio, video")) if (other !== this.audio) other.pause();
      Player.heard = this;
      this.closed = false;
      this.say();
      this.stick();
      this.present();
    }
    tick() {
      if (this.until && this.audio.currentTime >= this.until) { this.until = 0; this.audio.pause(); }
      if (Math.abs(this.audio.currentTime - (this.saved ?? 0)) > 5) this.keep();
      this.show();
    }
    show(moved) {
      const { time, whole } = this, second = Math.floor(time);
      this.mark();
      this.transcript?.mark(time, moved);
      if (second === this.second && !moved) return;
      this.second = second;
      this.write("time", clock(time));
      this.write("rest", this.counted ? clock(whole) : `\u2212${clock(Math.max(0, Math.floor(whole) - second))}`);
      for (const one of [this.panel, this.bar]) one.style.setProperty("--played", Math.min(1, time / whole));
      if (this.dragged == null) this.seekbar.value = second;
      // While it has the focus, screen readers would read out every second that passes.
      if (moved || document.activeElement !== this.seekbar) {
        const said = { time: spoken(time), whole: spoken(whole) };
        this.seekbar.setAttribute("aria-valuetext", fill(this.dataset.position, said));
      }
    }
    mark() {
      const { found, times, at } = this.chapters, now = Math.min(reached(times, this.time), this.last);
      if (now === at) return;
      found[at]?.removeAttribute("aria-current");
      found[now]?.setAttribute("aria-current", "true");
      this.chapters.at = now;
      this.write("title", found[now]?.querySelector(".af-title").textContent ?? this.dataset.title);
    }
    loaded() {
      const { buffered } = this.audio, last = buffered.length - 1;
      if (last >= 0) this.panel.style.setProperty("--loaded", buffered.end(last) / this.whole);
    }
    keep() {
      if (Player.heard !== this) return;
      this.saved = this.audio.currentTime;
      memory(this.dataset.key, this.audio.ended || this.saved < 3 ? "" : this.saved.toFixed(1));
    }
    stick() {
      const hidden = !(this.above && Player.heard === this && !this.closed);
      if (hidden && this.bar.contains(document.activeElement)) this.button.focus({ preventScroll: true });
      this.bar.hidden = hidden;
    }

    // What the system shows: lock screen, media keys, headphones

    present() {
      const session = navigator.mediaSession, { title, show, art, type, size } = this.dataset;
      if (!session) return;
      const artwork = [{ src: art, type, sizes: size }];
      session.metadata = new MediaMetadata({ title, artist: show, album: show, artwork });
      const chapters = this.chapters.found.length > 1;
      const acts = {
        play: () => this.play(),
        pause: () => this.audio.pause(),
        seekbackward: ({ seekOffset }) => this.seek(this.time - (seekOffset || 15)),
        seekforward: ({ seekOffset }) => this.seek(this.time + (seekOffset || 30)),
        seekto: ({ seekTime }) => this.seek(seekTime),
        previoustrack: chapters ? () => this.chapter(-1) : null,
        nexttrack: chapters ? () => this.chapter(1) : null,
      };
      for (const name in acts) session.setActionHandler(name, acts[name]);
      this.tell();
    }
    tell() {
      const { whole, audio } = this;
      if (Player.heard !== this) return;
      const position = Math.min(this.time, whole);
      navigator.mediaSession?.setPositionState?.({ duration: whole, playbackRate: audio.playbackRate, position });
    }
  }

  class Transcript {
    constructor(root, player) {
      this.player = player;
      this.box = root.querySelector(".af-spoken");
      this.follow = root.querySelector(".af-follow");
      this.cues = places(this.box, "span[data-start]");
      for (const name of ["wheel", "touchmove", "focusin", "keydown", "pointerdown"]) {
        this.box.addEventListener(name, (event) => this.moved(event), { passive: true });
      }
      this.find = root.querySelector(".af-find");
      if (CSS.highlights) this.searchable();
    }

    mark(time, moved) {
      const { cues } = this, at = reached(cues.times, time);
      if (at === cues.at && !moved) return;
      cues.found[cues.at]?.classList.remove("af-said");
      cues.at = at;
      cues.found[at]?.classList.add("af-said");
      if (!this.left) this.bring(cues.found[at]);
    }
    bring(place) {
      if (!place) return;
      const { box } = this, top = place.getBoundingClientRect().top - box.getBoundingClientRect().top;
      if (top < 0 || top > box.clientHeight / 2) box.scrollBy(0, top - box.clientHeight / 4);
    }
    // By hand: with wheel or finger, at the scroll bar, or from the keyboard.
    moved({ type, target, key }) {
      if (type === "pointerdown" ? target === this.box : type !== "keydown" || /^(Ar|Pa|Ho|En)/.test(key)) this.leave();
    }
    leave() {
      if (Player.heard !== this.player || this.left || !this.cues.found.length) return;
      this.left = true;
      this.follow.hidden = false;
    }
    resume() {
      this.box.focus({ preventScroll: true });
      this.follow.hidden = true;
      this.left = false;
      this.bring(this.cues.found[this.cues.at]);
    }

    searchable() {
      const [field, output] = this.find.querySelectorAll("input, output");
      let waiting;
      this.output = output;
      this.find.hidden = false;
      this.hits = [];
      field.addEventListener("input", () => {
        clearTimeout(waiting);
        waiting = setTimeout(() => this.search(field.value.trim()), 200);
      });
      field.addEventListener("keydown", (event) => {
        if (event.key === "Enter") this.go(event.shiftKey ? -1 : 1);
        if (event.key !== "Escape" || !field.value) return;
        event.preventDefault();
        field.value = "";
        this.search("");
      });
    }
    // The text is searched as one, so that a match may begin in one cue and end in the next.
    search(words) {
      const nodes = [...this.box.querySelectorAll("span")].map((span) => span.firstChild), starts = [];
      let text = "";
      for (const node of nodes) { starts.push(text.length); text += `${node.data} `; }
      const pattern = words.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&").replace(/\s+/g, "\\s+");
      const found = words ? [...text.matchAll(new RegExp(pattern, "giu"))] : [];
      this.hits = found.map(({ index, 0: { length } }) => {
        const range = new Range(), first = reached(starts, index), last = reached(starts, index + length - 1);
        range.setStart(nodes[first], index - starts[first]);
        range.setEnd(nodes[last], index + length - starts[last]);
        return range;
      });
      this.hit = -1;
      const all = new Highlight();
      this.hits.forEach((range) => all.add(range));
      CSS.highlights.set("af-match", all);
      CSS.highlights.delete("af-hit");
      this.output.textContent = words ? this.find.dataset.none : "";
      this.go(1);
    }
    go(by) {
      const whole = this.hits.length;
      if (!whole) return;
      this.leave();
      this.hit = (this.hit + by + whole) % whole;
      const hit = new Highlight(this.hits[this.hit]);
      hit.priority = 1;
      CSS.highlights.set("af-hit", hit);
      this.output.textContent = fill(this.find.dataset.count, { number: this.hit + 1, whole });
      this.bring(this.hits[this.hit]);
    }
  }

  customElements.define("af-player", Player);
}
