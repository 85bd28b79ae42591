// Two maps that move as one: what was measured, and what came of it.
import { withKey } from "./service.js";

const GRID = "WebMercatorQuad";
const STEP = 10;
const { Map, NavigationControl, ScaleControl, LngLatBounds, setWorkerUrl } = maplibregl;
setWorkerUrl(new URL("vendor/maplibre-gl-csp-worker.js", location.href).href);

const nothing = { type: "FeatureCollection", features: [] };

const colours = () => {
  const dark = document.documentElement.dataset.theme === "dark";
  return dark ? { ground: "#10151b", line: "#54657a", grid: "#222c37" } : { ground: "#eef1f4", line: "#8d9aa8", grid: "#dbe1e7" };
};

function graticule() {
  const lines = [];
  for (let lon = -180; lon <= 180; lon += STEP) lines.push([[lon, -85], [lon, 85]]);
  for (let lat = -80; lat <= 80; lat += STEP) lines.push([[-180, lat], [180, lat]]);
  return { type: "MultiLineString", coordinates: lines };
}

function style() {
  const { ground, line, grid } = colours();
  return {
    version: 8,
    sources: {
      grid: { type: "geojson", data: graticule() },
      outlines: { type: "geojson", data: new URL("vendor/outlines.json", location.href).href, attribution: "Natural Earth" },
      box: { type: "geojson", data: nothing },
      spot: { type: "geojson", data: nothing },
    },
    transition: { duration: 0 },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": ground } },
      { id: "grid", type: "line", source: "grid", paint: { "line-color": grid } },
      { id: "outlines", type: "line", source: "outlines", paint: { "line-color": line } },
      { id: "box", type: "line", source: "box", paint: { "line-color": "#00c2e0", "line-width": 3, "line-dasharray": [2, 1] } },
      { id: "spot", type: "circle", source: "spot", paint: { "circle-radius": 7, "circle-opacity": 0,
        "circle-stroke-width": 3, "circle-stroke-color": "#00c2e0" } },
    ],
  };
}

export function makeMaps(clicked) {
  const [before, after] = ["before", "after"].map((container) => new Map({
    container, style: style(), center: [10, 30], zoom: 1.5, transformRequest: withKey, renderWorldCopies: false,
    attributionControl: { compact: true }, dragRotate: false, pitchWithRotate: false, fadeDuration: 0, maxZoom: 15 }));
  let moving = false;
  const tie = (one, other) => one.on("move", () => {
    if (moving) return;
    moving = true;
    other.jumpTo({ center: one.getCenter(), zoom: one.getZoom() });
    moving = false;
  });
  tie(before, after);
  tie(after, before);
  after.addControl(new NavigationControl({ showCompass: false }), "top-right");
  before.addControl(new ScaleControl(), "top-left");
  for (const map of [before, after]) {
    map.touchZoomRotate.disableRotation();
    map.on("click", (event) => { if (!document.body.dataset.drawing) clicked(event.lngLat); });
    map.on("idle", () => { document.body.dataset.idle = String(Date.now()); });
  }
  return { before, after };
}

function put(map, source, opacity) {
  if (!map.isStyleLoaded() && !map.getSource("grid")) {
    map.once("style.load", () => put(map, source, opacity));
    return;
  }
  const known = map.getSource("result");
  if (known?.lstsr !== source) {
    if (known) { map.removeLayer("result"); map.removeSource("result"); }
    map.addSource("result", { type: "raster", url: source, tileSize: 256 });
    map.getSource("result").lstsr = source;
    map.addLayer({ id: "result", type: "raster", source: "result", paint: { "raster-resampling": "nearest" } }, "outlines");
  }
  map.setPaintProperty("result", "raster-opacity", opacity);
}

export function show(maps, item, { layer, palette, low, high, opacity }) {
  const words = new URLSearchParams(layer === "quality" ? {} : { palette, low, high });
  words.set("tilesize", "256");
  const address = (name) => `${location.origin}/items/${item.id}/layers/${name}/${GRID}/tilejson.json?${words}`;
  delete document.body.dataset.idle;
  put(maps.after, address(layer), opacity);
  put(maps.before, address(layer === "lst" ? "coarse" : layer), opacity);
}

export function showBox(maps, [west, south, east, north]) {
  maps.after.fitBounds(new LngLatBounds([west, south], [east, north]), { padding: 30, animate: false });
}

export function mark(maps, place = null) {
  const spot = place ? { type: "Point", coordinates: [place.lng, place.lat] } : nothing;
  for (const map of [maps.before, maps.after]) map.getSource("spot")?.setData(spot);
}

export function hide(maps) {
  mark(maps);
  for (const map of [maps.before, maps.after]) {
    if (map.getSource("result")) { map.removeLayer("result"); map.removeSource("result"); }
  }
}

export function recolour(maps) {
  const { ground, line, grid } = colours();
  for (const map of [maps.before, maps.after]) {
    const paint = () => {
      map.setPaintProperty("ground", "background-color", ground);
      map.setPaintProperty("outlines", "line-color", line);
      map.setPaintProperty("grid", "line-color", grid);
    };
    if (map.getLayer("ground")) paint(); else map.once("style.load", paint);
  }
}

export function drawBox(maps, button, done) {
  button.setAttribute("aria-pressed", "true");
  document.body.dataset.drawing = "yes";
  const both = [maps.before, maps.after];
  for (const map of both) map.dragPan.disable();
  let from = null;
  const corners = (to) => [Math.min(from.lng, to.lng), Math.min(from.lat, to.lat), Math.max(from.lng, to.lng), Math.max(from.lat, to.lat)];
  const outline = ([west, south, east, north]) => ({ type: "LineString",
    coordinates: [[west, south], [east, south], [east, north], [west, north], [west, south]] });
  const start = (event) => { from = event.lngLat; };
  const move = (event) => { if (from) for (const map of both) map.getSource("box").setData(outline(corners(event.lngLat))); };
  const heard = [];
  const end = (event) => {
    if (!from) return;
    done(corners(event.lngLat));
    for (const one of heard) one.unsubscribe();
    for (const map of both) map.dragPan.enable();
    button.setAttribute("aria-pressed", "false");
    setTimeout(() => { delete document.body.dataset.drawing; }, 0);
  };
  for (const map of both) {
    for (const [names, act] of [[["mousedown", "touchstart"], start], [["mousemove", "touchmove"], move], [["mouseup", "touchend"], end]]) {
      for (const name of names) heard.push(map.on(name, act));
    }
  }
}
