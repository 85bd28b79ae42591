// The colour bar: which colour stands for which value, with its units.
import { ask } from "./service.js";
import { shifted } from "./units.js";

const TITLES = { lst: "Land surface temperature", lst_uncertainty: "Standard uncertainty", quality: "Quality flags" };
const FINE = 4; // kelvin; ticks of a shorter range need a second decimal
let known = { palettes: {}, flags: {} };

export async function readPalettes() {
  known = await ask("/palettes");
  return known.palettes;
}

export function drawLegend(state, palette, range) {
  const units = state.celsius && state.layer === "lst" ? "°C" : "K";
  const plain = state.layer === "quality";
  document.getElementById("legend").hidden = false;
  document.getElementById("legend-title").textContent = TITLES[state.layer] + (plain ? "" : ` [${units}]`);
  document.getElementById("bar").hidden = plain;
  const marks = plain ? [] : [0, 0.25, 0.5, 0.75, 1].map((share) => range.low + share * (range.high - range.low));
  document.getElementById("ticks").replaceChildren(...marks.map((mark) => {
    const tick = document.createElement("span");
    tick.textContent = shifted(mark, state).toFixed(range.high - range.low < FINE ? 2 : 1);
    return tick;
  }));
  document.getElementById("flags").replaceChildren(...(plain ? Object.entries(known.flags) : []).map(flag));
  if (!plain) paint(known.palettes[palette]);
}

function flag([name, colour]) {
  const [line, patch] = [document.createElement("li"), document.createElement("i")];
  patch.style.background = colour;
  line.append(patch, name.replaceAll("_", " "));
  return line;
}

function paint(colours) {
  const bar = document.getElementById("bar");
  const context = bar.getContext("2d");
  const blend = context.createLinearGradient(0, 0, bar.width, 0);
  colours.forEach((colour, place) => blend.addColorStop(place / (colours.length - 1), colour));
  context.fillStyle = blend;
  context.fillRect(0, 0, bar.width, bar.height);
}
