// Temperatures as a person reads them, and the line in which the page speaks.
export const shifted = (kelvin, state) => (state.celsius && state.layer === "lst" ? kelvin - 273.15 : kelvin);

export function temperature(kelvin, state) {
  if (kelvin === null) return "none";
  return state.celsius ? `${(kelvin - 273.15).toFixed(2)} °C` : `${kelvin.toFixed(2)} K`;
}

export const sigma = (pixel) => (pixel.lst_uncertainty === null ? "?" : `${pixel.lst_uncertainty.toFixed(2)} K`);

export function tell(words) {
  document.getElementById("said").textContent = words;
}
