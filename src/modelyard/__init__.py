"""Brings the repos that were generated from a Copier template to its newer versions."""
