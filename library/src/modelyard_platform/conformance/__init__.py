"""What the library expects of the owner's modules, as tests that each repo collects.

`suite` has the tests, `plugin` what pytest needs for them; see `tests/test_conformance.py` in a
repo. Nothing here writes into the repo, its store or a tracking server.
"""
