"""Adverse events: what happened to people, how grave it is, who must be told by when; and the safety board's lists.

Nothing here knows an arm. Letters of groups and, after the planned unblinding, arms come from doors of the vault.
"""
