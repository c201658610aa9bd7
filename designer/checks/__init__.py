"""What is wrong with a design, and how to mend it: one rule a file in `rules`. Pure Python, no Django."""

from designer.checks.finding import Finding, Fix, Severity
from designer.checks.registry import RULES, find, run

__all__ = ["RULES", "Finding", "Fix", "Severity", "find", "run"]
