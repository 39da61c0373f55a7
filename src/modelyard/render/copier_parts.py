"""Tells whether this Copier has the inner parts that the fast way to render stands on."""

import importlib

# Inner parts of Copier's Worker that `copier_internal` and `memory_worker` call or replace.
NEEDED = (
    "_answers_to_remember",
    "_ask",
    "_check_unsafe",
    "_render_context",
    "_render_file",
    "_render_folder",
    "_render_string",
    "_render_symlink",
    "_render_template",
    "_render_value",
    "all_exclusions",
    "answers_relpath",
    "jinja_env",
    "match_skip",
    "run_copy",
    "subproject",
    "template",
)
_MODULES = {
    "copier._jinja_ext": ("get_yield_context",),
    "copier._main": ("Worker", "_operation"),
    "copier._settings": ("SettingsModel",),
    "copier._subproject": ("Subproject",),
    "copier._template": ("Template",),
    "copier._tools": ("cast_to_bool",),
    "copier._types": ("Phase",),
}


def is_supported() -> bool:
    """Tell whether this Copier has the inner parts that are used here."""
    try:
        for module, names in _MODULES.items():
            loaded = importlib.import_module(module)
            if not all(hasattr(loaded, name) for name in names):
                return False
        worker = importlib.import_module("copier._main").Worker
    except ImportError:
        return False
    return all(hasattr(worker, name) for name in NEEDED)
