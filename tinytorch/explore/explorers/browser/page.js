// An explorer in a page: data that was recorded, no kernel.
import { mount } from "./frame.js";

export function mountInPage(root, explorer) {
  const source = root.querySelector('script[type="application/json"]');
  let data;
  try {
    data = JSON.parse(source.textContent);
  } catch (error) {
    data = { trouble: `its data is no JSON (${error.message})` };
  }
  mount(root, explorer, {
    link: true,
    data: () => data,
    state: () => data.state ?? {},
    activity: () => "",
    trouble: () => "",
    moved: () => {},
    onChange: () => {},
  });
}
