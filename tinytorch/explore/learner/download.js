// Hands out the notebook that it stands in as it is on the page at this moment. JupyterLab's own
// download gives the file as it was last saved, and a server that is gone gives nothing.

const WARNING = "A Binder session, and everything in it, is deleted when you leave it. Take your work with you first.";
// An editor that keeps the notebook to itself, such as VS Code.
const NO_BUTTON =
  "There is no button here, because this editor does not let one read the notebook. Save it with File > Save. "
  + "Where it runs on a server that will be deleted, also use File > Download.";

function render({ model, el }) {
  const root = document.createElement("section");
  root.className = "tt-download";
  root.setAttribute("aria-label", "Save your work");
  root.append(paragraph(WARNING));
  el.append(root);
  const notebook = model.widget_manager?.context;
  if (!notebook?.model?.toJSON) {
    root.append(paragraph(NO_BUTTON));
    return;
  }
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Download this notebook";
  // JupyterLab takes Enter for itself unless the control that has the focus says no.
  button.dataset.lmSuppressShortcuts = "true";
  const status = paragraph("");
  status.setAttribute("role", "status");
  root.append(button, status);
  // The download comes first: it needs no server, and a browser allows it only soon after the click.
  button.addEventListener("click", async () => {
    const done = `Downloaded ${handOut(notebook)} with everything that is on this page.`;
    status.textContent = done;
    await notebook.save().catch(() => {});
    status.textContent = notebook.model.dirty
      ? `${done} The server did not save it: keep the download.`
      : `${done} It is saved here too.`;
  });
}

function paragraph(words) {
  const element = document.createElement("p");
  element.textContent = words;
  return element;
}

// Gives the name of the file, which is the one that a save writes.
function handOut(notebook) {
  const content = notebook.model.toJSON();
  // Whether this browser may run what a cell shows: the page's own note.
  for (const cell of content.cells) delete cell.metadata.trusted;
  const text = `${JSON.stringify(content, null, 1)}\n`;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/x-ipynb+json" }));
  link.download = notebook.path.split(/[/:]/).pop();
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  return link.download;
}

export default { render };
