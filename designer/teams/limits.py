"""Where the counters of rate limits stand: Django's database cache, whose table this is.

They must hold across the processes and machines that serve one designer, and a cache in memory would give every process
a count of its own. The database is what all of them share already, SQLite or PostgreSQL, and one more service to run
(Redis) would be a high price for the few rows that sign-ins make. A model, so that `migrate` makes the table with the
rest; it is what `createcachetable` would make.
"""

from __future__ import annotations

from django.db import models


class Limit(models.Model):
    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "teams_limit"

    def __str__(self) -> str:
        return self.cache_key
