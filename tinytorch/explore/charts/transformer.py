"""Where the time of a transformer block goes, before and after one part became fast."""

from __future__ import annotations

import matplotlib as mpl

from tinytorch.explore.chart import BLUE, ORANGE, STYLE, Chart, new_figure
from tinytorch.perf.recording import Recording
from tinytorch.perf.spread import significant
from tinytorch.perf.sweeps.labels import WHOLE


def transformer_block_chart(rec: Recording) -> Chart:
    """Draw milliseconds of every part, one bar for each GELU."""
    sweep = rec.sweep("transformer_block")
    parts = [str(part) for part in sweep.values("part") if part != WHOLE]
    variants = [str(variant) for variant in sweep.values("variant")]
    times = {
        (part, variant): sweep.point(part=part, variant=variant).seconds.median * 1e3
        for part in [*parts, WHOLE]
        for variant in variants
    }
    with mpl.rc_context(STYLE):
        figure, axes = new_figure(height=0.95 + 0.4 * len(parts))
        for index, (variant, color) in enumerate(zip(variants, (ORANGE, BLUE), strict=False)):
            places = [place + 0.36 * (index - 0.5) for place in range(len(parts))]
            values = [times[part, variant] for part in parts]
            axes.barh(places, values, height=0.34, color=color, label=f"GELU: {variant}")
            place, value = places[parts.index("GELU")], times["GELU", variant]
            axes.annotate(
                f"{significant(value)} ms",
                (value, place),
                xytext=(5, 0),
                textcoords="offset points",
                va="center",
            )
        axes.set_xlim(0, max(times[part, v] for part in parts for v in variants) * 1.2)
        axes.set_yticks(range(len(parts)), parts)
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="y", visible=False)
        axes.set_xlabel("time (ms)")
        axes.invert_yaxis()
        figure.legend(loc="outside upper center", ncols=2, frameon=False)
    shares = [
        f"{100 * times['GELU', v] / sum(times[part, v] for part in parts):.0f} % with {v}"
        for v in variants
    ]
    gain = sweep.ratio(*(sweep.point(part=WHOLE, variant=variant) for variant in variants))
    return Chart(
        slug="transformer-block",
        figure=figure,
        title=sweep.title,
        alt=(
            f"Bar chart of the time of {len(parts)} parts of a transformer block. GELU takes "
            f"{' and '.join(shares)} of the sum of all parts. The whole block becomes "
            f"{significant(gain.median)} times as fast."
        ),
        badge=rec.badge,
        table=[
            {
                "part": part,
                **{f"{v}, ms": significant(times[part, v]) for v in variants},
            }
            for part in [*parts, WHOLE]
        ],
    )
