"""A small labour market whose truth is known, served over HTTP. Imports nothing else of this project."""
