"""The fleet as one self-contained page, or as plain values for scripts."""

from modelyard.fleet.report.collect import collect
from modelyard.fleet.report.data import ReportData
from modelyard.fleet.report.page import render

__all__ = ["ReportData", "collect", "render"]
