"""A table for each rule, in a module of the rule's name: ROWS maps what a row shows to a Row."""
