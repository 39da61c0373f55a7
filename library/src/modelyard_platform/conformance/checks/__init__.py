"""The conformance tests, one module for each of the owner's modules."""
