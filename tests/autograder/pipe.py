"""A subject whose every request and answer is data."""

import io
import json
from dataclasses import replace

import numpy as np

from autograder.subject import Answer, ArrayArgument, InKernelSubject, Request


class Pipe:
    """A subject that turns every request and answer into bytes and back, without pickle."""

    def __init__(self, functions):
        self._far_end = InKernelSubject(functions)

    def ask(self, request):
        arguments = []
        for argument in request.arguments:
            if isinstance(argument, ArrayArgument):
                through = ArrayArgument(self._carry(argument.values), argument.layout)
                arguments.append(through)
            else:
                arguments.append(json.loads(json.dumps(argument)))
        words = json.dumps(
            [request.probe, request.function, dict(request.keywords), dict(request.options)]
        )
        probe, function, keywords, options = json.loads(words)
        request = Request(probe, function, tuple(arguments), keywords, options)
        answer = self._far_end.ask(request) if probe != "resident" else self._call(request)
        arrays = {name: self._carry(array) for name, array in answer.arrays.items()}
        return Answer(json.loads(json.dumps(answer.facts)), arrays)

    def _call(self, request):
        """Answer as a sandbox does whose system does not tell how much memory a process takes."""
        answer = self._far_end.ask(replace(request, probe="call"))
        return Answer({**answer.facts, "resident_in_outputs": None}, answer.arrays)

    @staticmethod
    def _carry(array):
        stream = io.BytesIO()
        np.save(stream, array, allow_pickle=False)
        stream.seek(0)
        return np.load(stream, allow_pickle=False)
