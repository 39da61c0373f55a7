"""Runs and versions: MLflow, and the trackers that get a copy of each run."""
