"""papermill's own engine; that papermill loads this module registers the translators."""

from papermill.engines import NBClientEngine

from . import typescript  # noqa: F401

__all__ = ["NBClientEngine"]
