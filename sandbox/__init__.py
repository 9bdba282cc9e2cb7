"""A small labour market whose truth is known, served over HTTP. Imports nothing else of this project."""

from sandbox.market import Market
from sandbox.world import Sandbox

__all__ = ["Market", "Sandbox"]
