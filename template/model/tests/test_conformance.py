"""What the library expects of the modules in src/, tested with this repo's own data and gate."""

from modelyard_platform.conformance.suite import *  # noqa: F403
