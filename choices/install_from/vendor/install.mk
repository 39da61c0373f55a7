# The second one is that of the library, whose wheel is in vendor/.
LOCKS := requirements.lock vendor/platform.lock
WHEEL := $(shell grep -qs '^<<<<<<< ' vendor/platform.lock || grep -o 'vendor/[^ ]*\.whl' vendor/platform.lock 2>/dev/null)

vendor/%:
	@echo "$@ is missing." >&2; echo "  hint: git checkout -- vendor" >&2; exit 5

# A repo that took the library from an index before has its pin in the lock.
PREPARE = ! grep -q '^modelyard-platform==' requirements.lock || { \
	sed -i.bak '/^modelyard-platform==/,/[^\\]$$/d' requirements.lock && rm -f requirements.lock.bak; }
BRING := true
