"""What a template may use without being trusted: filters, tests and globals by name.

The rule: it computes from its arguments alone, or from the clock or a random number. What reads
the environment, the disk, the working directory or the network is not listed, and neither is what
nobody has read yet: a filter that a newer Copier or Jinja brings is withheld until it is listed.
"""

_JINJA = """
abs attr batch capitalize center count d default dictsort e escape filesizeformat first float
forceescape format groupby indent int items join last length list lower map max min pprint random
reject rejectattr replace reverse round safe select selectattr slice sort string striptags sum
title tojson trim truncate unique upper urlencode urlize wordcount wordwrap xmlattr
"""
_ANSIBLE = """
ans_groupby ans_random b64decode b64encode basename bool checksum combine comment dirname extract
flatten from_json from_yaml from_yaml_all hash mandatory md5 quote random_mac regex_escape
regex_findall regex_replace regex_search sha1 shuffle splitext strftime subelements ternary
to_datetime to_json to_nice_json to_nice_yaml to_uuid to_yaml type_debug win_basename win_dirname
win_splitdrive
"""
_TESTS = """
!= < <= == > >= boolean callable defined divisibleby eq equalto escaped even false filter float ge
greaterthan gt in integer iterable le lessthan lower lt mapping ne none number odd sameas sequence
string test true undefined upper
"""

FILTERS = frozenset((_JINJA + _ANSIBLE).split())
TESTS = frozenset(_TESTS.split())
GLOBALS = frozenset(["cycler", "dict", "joiner", "lipsum", "namespace", "pathjoin", "range"])

FUNCTIONS = frozenset({"now", "make_secret"})
"""Functions that Copier puts beside the answers: the clock, and a random number."""

READ_AND_WITHHELD = frozenset(["expanduser", "expandvars", "fileglob", "realpath", "relpath"])
"""Filters that somebody has read, and that read the machine."""
