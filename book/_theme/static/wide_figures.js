// The keyboard must reach a chart that scrolls sideways, and has no business at one that does not.
for (const frame of document.querySelectorAll(".chart-frame")) {
  new ResizeObserver(() => {
    if (frame.scrollWidth > frame.clientWidth) frame.tabIndex = 0;
    else frame.removeAttribute("tabindex");
  }).observe(frame);
}
