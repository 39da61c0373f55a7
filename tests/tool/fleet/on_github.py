"""The settings of a fleet on GitHub's API."""

SETTINGS = """
[forge]
kind = "github"
owner = "{owner}"
url = "{url}"
[template]
source = "{template}"
[[waves]]
name = "canary"
repos = ["r0"]
[[waves]]
name = "rest"
share = 1.0
"""
