"""The standard around the model: kept current by template updates, the same in every repo.

Change what it does through params.yaml and the modules beside this folder; an edit in here is
reported as a deviation from the standard.
"""

import os

# Threads that spin while they wait make a fit a hundred times slower where cores are shared.
# Read by OpenMP when it is loaded, so it must be set before scikit-learn is imported.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
