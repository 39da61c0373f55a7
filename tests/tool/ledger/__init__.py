"""The ledger, shown honest merges and lies."""
