"""The standard around the model: kept current by template updates, the same in every repo.

Change what it does through params.yaml and the modules beside this folder; an edit in here is
reported as a deviation from the standard.
"""
