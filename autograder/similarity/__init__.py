"""Pairs of submissions that are alike beyond what the task forces, with the evidence."""

from autograder.similarity.comparison import compare
from autograder.similarity.given import given_to_all
from autograder.similarity.mistakes import mistakes_of
from autograder.similarity.page import similar_page, similar_text
from autograder.similarity.reading import read_works

__all__ = ["compare", "given_to_all", "mistakes_of", "read_works", "similar_page", "similar_text"]
