"""What all explorers have in common: data, state, and the same words in Python as in the page."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from functools import partial
from typing import Any, ClassVar

import anywidget
import traitlets

from tinytorch.explore.chart import Row, html_table, text_table
from tinytorch.explore.explorers.module import page_script, stylesheet
from tinytorch.explore.explorers.roofs import Roofs
from tinytorch.explore.learner.attempt import NothingToShow
from tinytorch.explore.live import Home, Measurement, Turns, measured_roofs

State = dict[str, Any]
Facts = dict[str, str]
Payload = dict[str, Any]


class Explorer(anywidget.AnyWidget):
    """Controls, a picture, words and a table over measured data.

    In a notebook it is a widget; in a page it runs from its data without a kernel. What it shows is
    computed from the data and the state alone, in the page by ``browser/<name>.js`` and here by
    `facts` and `rows`: a test compares both for every state.

    Attributes
    ----------
    payload : dict
        The data: JSON values only. Its ``state`` is where the controls stand at first; what it
        leaves out is completed by `start`.
    state : dict
        Where the controls were moved to.
    activity : str
        What is being measured just now, or "".
    trouble : str
        Why the last measurement gave nothing, in one sentence, or "".
    """

    name: ClassVar[str] = ""
    title: ClassVar[str] = ""

    payload = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    activity = traitlets.Unicode("").tag(sync=True)
    trouble = traitlets.Unicode("").tag(sync=True)

    _css = stylesheet()

    def __init__(self, payload: Payload, state: State | None = None) -> None:
        # The home comes first: setting the first traits already asks for it.
        self._home = Home.here()
        self._turns = Turns(self._doing, self._failed, self._home)
        self._roofs_tried = False
        # The trait stays empty until a control has moved: were it complete already, the first
        # state that the page sends would be no change, and nothing would be measured.
        super().__init__(payload={**payload, "state": state or {}})
        self.observe(self._moved, "state")

    def start(self) -> State:
        """Return the state before anything was moved."""
        raise NotImplementedError

    def states(self) -> Iterator[State]:
        """Give every state that the controls can reach."""
        raise NotImplementedError

    def facts(self, state: State) -> Facts:
        """Return the list of facts that belongs to a state, as words."""
        raise NotImplementedError

    def rows(self, state: State) -> list[Row]:
        """Return the table that belongs to a state."""
        raise NotImplementedError

    @property
    def shown_state(self) -> State:
        """Where the controls stand, completed."""
        return {**self.start(), **self.payload["state"], **self.state}

    def page(self) -> str:
        """Return the explorer as HTML that needs no kernel: data, words, table and script.

        Where scripts do not run, the words and the table stay.
        """
        state = self.shown_state
        facts = "".join(
            f"<div><dt>{html.escape(term)}</dt><dd>{html.escape(words)}</dd></div>"
            for term, words in self.facts(state).items()
        )
        data = json.dumps(self.payload, separators=(",", ":"))
        # A tag inside the data could end the script.
        data = data.replace("<", r"\u003c")
        return (
            f'<style>{stylesheet()}</style><div class="tt-explorer" id="explorer-{self.name}">'
            f'<p class="tt-title">{html.escape(self.title)}</p>'
            f'<dl class="tt-facts">{facts}</dl>'
            f'<div class="tt-table" tabindex="0" role="region" aria-label="Data: '
            f'{html.escape(self.title, quote=True)}">{html_table(self.rows(state))}</div>'
            f'<p><small class="badge-line">{html.escape(self.badge(state))}</small></p>'
            f'<script type="application/json">{data}</script>'
            f"<script>{page_script(self.name)}</script></div>"
        )

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Offer the widget to a notebook and the page's HTML to everything else."""
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        data = {**(data or {}), "text/plain": str(self)}
        if not self.is_live:
            data["text/html"] = self.page()
        return data, metadata

    @property
    def is_live(self) -> bool:
        """Whether a moved control is answered by a measurement."""
        return bool(self.payload["home"] == "here")

    def badge(self, state: State) -> str:
        """Say where the numbers of a state come from."""
        return str(self.payload["badge"])

    def task(self, state: State) -> str:
        """Say in words what a state asks to be measured, for example ``"tile 64 at n = 512"``."""
        raise NotImplementedError

    def measurement(self, state: State) -> Measurement:
        """Measure what a state asks for and put it into `payload`, in slices."""
        raise NotImplementedError

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take a message of the front end home before anything is done with it.

        JupyterLab may deliver it on a thread of its own, and ipywidgets holds back what is sent
        while it works on a message: a measurement that ends in that moment would not be shown.
        """
        self._home.soon(super().set_state, sync_data)

    def _moved(self, change: Any) -> None:
        if self.is_live:
            state = self.shown_state
            self._turns.request(f"Measuring {self.task(state)}", partial(self._answer, state))

    def _answer(self, state: State) -> Measurement:
        yield from self._roofs_first(state)
        yield from self.measurement(state)

    def _roofs_first(self, state: State) -> Measurement:
        """Measure the roofs of this machine once, before anything that they would disturb."""
        if self.payload.get("roofs") is not None or self._roofs_tried:
            return
        self.activity = "Measuring the roofs of this machine, a few seconds"
        try:
            machine = yield from measured_roofs()
        except NothingToShow:
            # An explorer is of use without roofs: what depends on them stays away.
            self._roofs_tried = True
        else:
            roofs = Roofs.of(machine.ceilings).payload()
            self.payload = {**self.payload, "roofs": roofs}
        self.activity = f"Measuring {self.task(state)}"

    def _doing(self, words: str) -> None:
        self.activity = words

    def _failed(self, sentence: str) -> None:
        self.trouble = sentence

    def __str__(self) -> str:
        state = self.shown_state
        facts = "\n".join(f"{term}: {words}" for term, words in self.facts(state).items())
        return f"{self.title}\n{facts}\n\n{text_table(self.rows(state))}\n{self.badge(state)}"

    __repr__ = __str__
