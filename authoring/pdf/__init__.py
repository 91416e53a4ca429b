"""The whole book as one PDF: the built site's chapters, bound to one document and printed."""
