"""Pages of adverse events: lists, one event and what is done about it, reports, and the board's lists."""
