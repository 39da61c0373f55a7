"""What model repos share: training, gate, lineage, tracking, and the verbs around them.

A repo's own modules import from here and from `modelyard_platform.api` alone.
"""

import os

from .api import Column, Contract

__all__ = ["Column", "Contract"]

# Threads that spin while they wait make a fit a hundred times slower where cores are shared.
# Read by OpenMP when it is loaded, so it must be set before scikit-learn is imported.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
