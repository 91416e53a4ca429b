// An explorer in a notebook: a kernel answers a moved control, through anywidget.
import { mount } from "./frame.js";

export function renderWith(explorer) {
  return ({ model, el }) => {
    const root = document.createElement("div");
    root.id = `explorer-${explorer.name}-${model.cid ?? Math.random().toString(36).slice(2)}`;
    el.append(root);
    // JupyterLab takes the arrow keys for itself unless the control that has the focus says no.
    root.addEventListener("focusin", (event) => { event.target.dataset.lmSuppressShortcuts = "true"; });
    mount(root, explorer, {
      link: false,
      data: () => model.get("payload"),
      state: () => ({ ...model.get("payload").state, ...model.get("state") }),
      activity: () => model.get("activity"),
      trouble: () => model.get("trouble"),
      moved: (state) => {
        model.set("state", state);
        model.save_changes();
      },
      onChange: (changed) => {
        for (const trait of ["payload", "activity", "trouble"]) model.on(`change:${trait}`, changed);
      },
    });
  };
}
