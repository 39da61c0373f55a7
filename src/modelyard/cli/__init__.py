"""The command line: arguments to calls, results to a terminal or JSON."""
