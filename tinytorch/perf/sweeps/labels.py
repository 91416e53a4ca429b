"""Labels that a sweep writes and a chart looks for."""

NO_TILE = "none"
WHOLE = "whole block"
