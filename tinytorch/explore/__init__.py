"""Looking at measurements: charts, still diagrams, and the cells that show a learner's own work."""

import logging

# On its very first use matplotlib reports on stderr that it lists the fonts. A notebook would show
# that as a warning, and nbgrader would take it for a failure. It does so while it is imported, so
# this has to come first.
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
