# The second one is that of the library, whose wheel is in vendor/.
LOCKS := requirements.lock vendor/platform.lock
WHEEL := $(shell grep -o 'vendor/[^ ]*\.whl' vendor/platform.lock 2>/dev/null)

vendor/%:
	@echo "$@ is missing." >&2; echo "  hint: git checkout -- vendor" >&2; exit 5
