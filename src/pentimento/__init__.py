"""Pentimento: repaint part of a picture with words."""

from pentimento.version import __version__ as __version__
