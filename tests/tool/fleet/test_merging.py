"""Fleets whose clean and green requests the forge merges, and what people still decide."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from modelyard.errors import NotReady
from modelyard.fleet import config, merging, pr_metadata
from modelyard.fleet.context import open_fleet
from modelyard.fleet.example import example
from modelyard.fleet.model import Observation, Result
from modelyard.fleet.next_wave import refresh, retry
from modelyard.fleet.options import Mode, RolloutOptions
from modelyard.fleet.pr_metadata import Metadata
from modelyard.fleet.rollout import rollout
from modelyard.fleet.withdraw import withdraw
from modelyard.merged import Conflict, Notice
from modelyard.reasons import ConflictReason, NoticeReason
from modelyard.update.result import Status, UpdateResult
from tests.tool.fleet import hosted_fleet
from tests.tool.fleet.hosted_fleet import BRANCH
from tests.tool.fleet.worlds import observed, silent
from tests.tool.forges.hosted import Hosted, Pull
from tests.tool.forges.served import HOSTED, Served, served
from tests.tool.worlds import World, lines
