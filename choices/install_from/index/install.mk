LOCKS := requirements.lock
INDEX := --index {{ library_index }}
PREPARE := true
# Before the lock is judged: the release that pyproject.toml names, whose tested versions count.
LIBRARY := modelyard-platform=={% include "choices/library/version.txt" %}
BRING = grep -q '^$(LIBRARY) ' requirements.lock || \
	$(UNHASHED) "$(UV)" pip install --quiet --no-deps $(INDEX) --python .venv/bin/python '$(LIBRARY)'
