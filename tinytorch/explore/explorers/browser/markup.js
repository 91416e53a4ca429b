// Elements as text, with everything that comes from outside escaped.

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

export function escaped(text) {
  return String(text).replace(/[&<>"]/g, (character) => ENTITIES[character]);
}

// element("circle", { r: 4 }) or element("text", { x: 0 }, "words"); children are markup already.
export function element(name, attributes, ...children) {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([key, value]) => ` ${key}="${escaped(typeof value === "number" ? short(value) : value)}"`)
    .join("");
  return `<${name}${written}>${children.join("")}</${name}>`;
}

// A tenth of a pixel is as much as anybody sees.
function short(value) {
  return Math.round(value * 10) / 10;
}
