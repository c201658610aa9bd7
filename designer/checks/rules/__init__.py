"""One rule a file: ID, TITLE and `check(facts)`, which yields findings and never raises. A file opens with the rule in
words and its source. A new rule is listed in designer/checks/registry.py and gets a table in tests/checks/tables."""
