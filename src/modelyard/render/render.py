"""Chooses how to render: fast on Copier's inner parts, or on what it promises to keep.

Two ways lead to the same files: `copier_internal` and `copier_public`. Where an inner part is gone
the public way is taken; a test holds them equal.
"""

import functools
import warnings
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from modelyard.errors import NotReady
from modelyard.render import clock
from modelyard.render.import_copier import asking_nobody, without_prompts
from modelyard.render.request import Rendered, RenderRequest
from modelyard.template.source import Version


@functools.cache
def _backend() -> Callable[[Version, RenderRequest], Rendered]:
    with without_prompts():
        from modelyard.render import copier_internal, copier_parts

        if copier_parts.is_supported():
            return copier_internal.render
    from modelyard.render import copier_public

    return copier_public.render


def prepare() -> None:
    """Load what renders, in time that git needs anyway to check versions out."""
    _backend()


def render(version: Version, wanted: RenderRequest) -> Rendered:
    """Render a version of a template.

    Raises:
        BadAnswer: An answer is missing, or a given one is refused by the template's validator.
        BadTemplate: The template does not render.
        Refused: The template wants to run code or to read this machine, and is not trusted.
    """
    # Copier warns of what is no concern of the person who updates.
    with warnings.catch_warnings(), nullcontext() if wanted.asks else asking_nobody():
        warnings.simplefilter("ignore")
        with clock.running(wanted.instant) as asked_for:
            rendered = _backend()(version, wanted)
            return replace(rendered, timed=asked_for())


def user_defaults() -> Mapping[str, Any]:
    """Return what this machine's user answers by default, from the settings of Copier.

    Raises:
        NotReady: The settings cannot be read.
    """
    prepare()
    import copier
    from copier.errors import SettingsError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return dict(copier.load_settings().defaults)
        except (SettingsError, OSError) as error:
            raise NotReady(f"the settings of Copier cannot be read: {error}") from None
