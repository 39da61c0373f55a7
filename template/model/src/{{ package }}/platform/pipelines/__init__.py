"""The pipelines, each a list of thin steps over the plain functions of `platform`."""
