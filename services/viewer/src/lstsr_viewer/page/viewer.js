// One page: asks the service for maps, shows them beside what was measured, and reads pixels.
import { ask, upload, follow, carryKey } from "./service.js";
import { makeMaps, show, showBox, drawBox, recolour, mark, hide } from "./maps.js";
import { drawLegend, readPalettes } from "./legend.js";
import { temperature, tell, sigma, shifted } from "./units.js";

const by = (id) => document.getElementById(id);
const state = { item: null, layer: "lst", celsius: false, low: null, high: null, palette: {}, job: null, last: null };
const maps = makeMaps(readPixel);

function options(select, names, chosen) {
  select.replaceChildren(...Object.entries(names).map(([value, title]) => {
    const option = new Option(title, value, value === chosen, value === chosen);
    return option;
  }));
}

async function fillForm() {
  const known = await ask("/offers");
  const titles = (names) => Object.fromEntries(names.map((name) => [name, name]));
  options(by("model"), { best: "best for these guides", ...titles(Object.keys(known.models)) }, "best");
  options(by("corrections"), titles(Object.keys(known.corrections)));
  options(by("sensor"), titles(known.thermal), "modis");
  options(by("guide-sensor"), titles(known.guides), "modis-ndvi-8day");
  by("date").value = "2023-08-11";
  const palettes = await readPalettes();
  options(by("palette"), titles(Object.keys(palettes)), "inferno");
  await fillInputs();
}

async function fillInputs(newest) {
  const inputs = await ask("/inputs");
  const names = Object.fromEntries(inputs.map((one) =>
    [one.id, `${one.title || one.id.slice(0, 8)} (${one.shape[1]} × ${one.shape[0]})`]));
  const ranked = [...inputs].sort((a, b) => b.resolution - a.resolution);
  options(by("lst"), names, newest ?? ranked[0]?.id);
  options(by("guide"), { "": "none", ...names }, ranked.at(-1)?.id);
}

async function listJobs() {
  const { jobs } = await ask("/jobs?limit=30");
  by("jobs").replaceChildren(...jobs.map((job) => {
    const line = document.createElement("li");
    const button = document.createElement("button");
    const when = new Date(job.created).toLocaleString([], { dateStyle: "short", timeStyle: "short" });
    const [name, note] = [document.createElement("span"), document.createElement("small")];
    name.textContent = `${job.processID}, ${job.model}`;
    note.textContent = `${job.status}, ${when}`;
    button.type = "button";
    button.setAttribute("aria-current", String(job.jobID === state.job));
    button.append(name, note);
    button.addEventListener("click", () => watch(job.jobID));
    line.append(button);
    return line;
  }));
  return jobs;
}

async function watch(id) {
  state.job = id;
  by("job").hidden = false;
  const job = await follow(id, (info) => {
    by("job-state").textContent = [info.processID, info.status, info.message].filter(Boolean).join(" · ");
    const over = !["accepted", "running"].includes(info.status);
    by("progress").value = info.progress;
    by("progress").hidden = over;
    by("dismiss").textContent = over ? "Remove" : "Dismiss";
    document.body.dataset.job = info.status;
    return state.job === id;
  });
  if (state.job !== id) return;
  await listJobs();
  if (job.status === "successful" && job.processID !== "scaling") await open(id);
}

async function open(id) {
  const { item } = await ask(`/jobs/${id}/results`);
  const known = item.assets.lst.bands?.[0]?.statistics ?? { mean: 300, stddev: 5 };
  Object.assign(state, { item, low: Math.round(2 * (known.mean - 2 * known.stddev)) / 2,
    high: Math.round(2 * (known.mean + 2 * known.stddev)) / 2, last: null });
  by("view").hidden = false;
  by("pixel").hidden = true;
  mark(maps);
  by("download").href = `/catalogue/results/${item.id}/lst.tif`;
  by("item").href = `/catalogue/results/${item.id}/stac.json`;
  showBox(maps, item.bbox);
  draw();
}

function close() {
  Object.assign(state, { item: null, last: null });
  for (const id of ["view", "pixel", "legend"]) by(id).hidden = true;
  hide(maps);
}

function draw() {
  if (!state.item) return;
  const plain = state.layer === "quality";
  const range = state.layer === "lst_uncertainty" ? { low: 0, high: 3 } : { low: state.low, high: state.high };
  const palette = state.palette[state.layer] ?? (state.layer === "lst" ? "inferno" : "viridis");
  by("palette").value = palette;
  by("shades").hidden = plain;
  for (const [id, end] of [["low", "low"], ["high", "high"]]) {
    by(id).value = shifted(range[end], state).toFixed(1);
    by(id).disabled = state.layer !== "lst";
  }
  by("unit-name").textContent = state.celsius && state.layer === "lst" ? "°C" : "K";
  by("stage").dataset.mode = state.layer === "lst" ? "two" : "one";
  show(maps, state.item, { layer: state.layer, palette, ...range, opacity: by("opacity").value / 100 });
  drawLegend(state, palette, range);
  if (state.last) writePixel(state.last);
}

async function readPixel(place) {
  if (!state.item) return;
  const lon = ((((place.lng + 180) % 360) + 360) % 360) - 180;
  const words = new URLSearchParams({ lon: lon.toFixed(6), lat: place.lat.toFixed(6) });
  try {
    state.last = await ask(`/items/${state.item.id}/pixel?${words}`);
    writePixel(state.last);
    mark(maps, place);
  } catch { by("pixel").hidden = true; mark(maps); }
}

function writePixel(pixel) {
  const value = document.createElement("strong");
  value.textContent = pixel.lst === null ? "no value" : `${temperature(pixel.lst, state)} ± ${sigma(pixel)}`;
  const list = document.createElement("dl");
  for (const [name, words] of [["measured coarsely", temperature(pixel.coarse, state)],
    ["flags", pixel.quality.join(", ").replaceAll("_", " ")],
    ["place", `${pixel.latitude.toFixed(4)}°, ${pixel.longitude.toFixed(4)}°`]]) {
    const [term, what] = [document.createElement("dt"), document.createElement("dd")];
    term.textContent = name;
    what.textContent = words;
    list.append(term, what);
  }
  by("pixel").replaceChildren(value, list);
  by("pixel").hidden = false;
}

function request() {
  const shared = { model: by("model").value, corrections: [...by("corrections").selectedOptions].map((o) => o.value) };
  if (source() === "fetch") {
    const bbox = ["west", "south", "east", "north"].map((id) => Number.parseFloat(by(id).value));
    if (bbox.some(Number.isNaN)) throw new Error("draw a box, or type its corners");
    return ["fetch-and-sharpen", { ...shared, bbox, date: by("date").value,
      sensor: by("sensor").value, guides: [by("guide-sensor").value] }];
  }
  const guides = by("guide").value ? { [by("guide-name").value]: { upload: by("guide").value } } : {};
  return ["sharpen", { ...shared, lst: { upload: by("lst").value }, guides }];
}

const source = () => document.querySelector("input[name=source]:checked").value;

async function submit(event) {
  event.preventDefault();
  tell("");
  try {
    const [process, inputs] = request();
    const job = await ask(`/processes/${process}/execution`, { inputs }, { Prefer: "respond-async" });
    await listJobs();
    await watch(job.jobID);
  } catch (error) { tell(error.message); }
}

function swipe(share) {
  const percent = Math.min(100, Math.max(0, share));
  by("stage").style.setProperty("--swipe", `${percent}%`);
  by("swipe").value = percent;
  by("label-before").hidden = percent < 10;
  by("label-after").hidden = percent > 90;
}

function theme(name) {
  document.documentElement.dataset.theme = name;
  by("theme").textContent = name === "dark" ? "Light" : "Dark";
  recolour(maps);
}

by("ask").addEventListener("submit", submit);
by("swipe").addEventListener("input", (event) => swipe(Number(event.target.value)));
by("line").addEventListener("pointerdown", (event) => by("line").setPointerCapture(event.pointerId));
by("line").addEventListener("pointermove", (event) => {
  const box = by("stage").getBoundingClientRect();
  if (by("line").hasPointerCapture(event.pointerId)) swipe((100 * (event.clientX - box.left)) / box.width);
});
by("opacity").addEventListener("input", draw);
by("palette").addEventListener("change", (event) => { state.palette[state.layer] = event.target.value; draw(); });
for (const id of ["low", "high"]) {
  by(id).addEventListener("change", (event) => {
    const value = Number.parseFloat(event.target.value);
    if (!Number.isNaN(value)) state[id] = value + (state.celsius ? 273.15 : 0);
    draw();
  });
}
for (const radio of document.querySelectorAll("input[name=layer]")) {
  radio.addEventListener("change", () => { state.layer = radio.value; draw(); });
}
for (const radio of document.querySelectorAll("input[name=source]")) {
  radio.addEventListener("change", () => {
    for (const part of document.querySelectorAll("[data-source]")) part.hidden = part.dataset.source !== source();
  });
}
by("units").addEventListener("click", () => {
  state.celsius = !state.celsius;
  by("units").setAttribute("aria-pressed", String(state.celsius));
  draw();
});
by("theme").addEventListener("click", () => theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
by("draw").addEventListener("click", () => drawBox(maps, by("draw"), ([west, south, east, north]) => {
  Object.entries({ west, south, east, north }).forEach(([id, value]) => { by(id).value = value.toFixed(4); });
}));
["download", "item"].map(by).forEach(carryKey);
by("dismiss").addEventListener("click", async () => {
  await ask(`/jobs/${state.job}`, null, {}, "DELETE");
  if (state.item?.id === state.job) close();
  by("job").hidden = true;
  state.job = null;
  await listJobs();
});
by("file").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  if (!file) return;
  tell(`uploading ${file.name} …`);
  try {
    const kept = await upload(file);
    await fillInputs(kept.id);
    tell("");
  } catch (error) { tell(error.message); }
});

theme(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
swipe(50);
try {
  await fillForm();
  let jobs = await listJobs();
  for (let tries = 0; jobs.length === 0 && tries < 20; tries += 1) {
    await new Promise((done) => { setTimeout(done, 1000); });
    jobs = await listJobs();
  }
  await fillInputs();
  if (jobs.length > 0) await watch(jobs[0].jobID);
} catch (error) { tell(error.message); }
