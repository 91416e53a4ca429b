"""The class as a page for its instructor, and a page of feedback for each student."""
